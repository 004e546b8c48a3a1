import { expect, test } from 'vitest'
import { keptProject, type ProjectNames } from '../api/project-names.ts'
import { renameProjects } from '../store/projects.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { openTestLedger } from '../store/testing.ts'
import { transact } from '../store/transact.ts'
import { aBatch, anEvent, aServer, eventId, type TestServer } from './testing.ts'

const SHOP = `g${'s'.repeat(21)}`
const BLOG = `p${'b'.repeat(21)}`
const projects = [
  { project: SHOP, label: 'shop' },
  { project: BLOG, label: 'blog' },
]
const events = [anEvent({ id: eventId(1), project: SHOP }), anEvent({ id: eventId(2), project: BLOG, input_tokens: 9 })]
const privacy = (level: ProjectNames) => ({ level, secret: 'a-secret' })

async function named(server: TestServer): Promise<string[]> {
  const { projects: rows } = await server.get<{ projects: { project: string }[] }>('/v1/stats/projects')
  return rows.map(({ project }) => project).toSorted()
}

test('projects are called what machines call them', async () => {
  const server = await aServer()
  await server.sync(aBatch(events, { projects }))
  expect(await named(server)).toEqual(['blog', 'shop'])
  // Two of one name stay two.
  await server.sync(aBatch([], { after: 2, projects: [{ project: SHOP, label: 'blog' }] }))
  expect(await named(server)).toEqual(['blog~bbbb', 'blog~ssss'])
})

test.each([
  ['hashed', [expect.stringMatching(/^#[\w-]{8}$/), expect.stringMatching(/^#[\w-]{8}$/)]],
  ['off', ['']],
] as const)('a server of level %s takes no names, whatever machines send', async (level, shown) => {
  const server = await aServer({ projects: privacy(level) })
  await server.sync(aBatch(events, { projects }))
  expect(await named(server)).toEqual(shown)
  const rows = await server.options.db.selectFrom('project').selectAll().execute()
  expect(rows).toEqual([])
  const names = await server.options.db.selectFrom('name').select('value').execute()
  expect(names.map(({ value }) => value)).not.toContain(SHOP)
})

test('sending everything again at a more private level takes the names back', async () => {
  const server = await aServer()
  await server.sync(aBatch(events, { projects }))
  for (const level of ['hashed', 'off'] as const) {
    const told = events.map((event) => ({ ...event, project: keptProject(event.project, privacy(level)) }))
    await server.sync(aBatch(told))
    expect(await named(server)).toHaveLength(level === 'off' ? 1 : 2)
    expect(await server.options.db.selectFrom('project').selectAll().execute()).toEqual([])
  }
  // And they do not come back.
  await server.sync(aBatch(events, { projects }))
  expect(await named(server)).toEqual([''])
})

test('a level that is set later is also done to what is kept, and counts stay', async () => {
  const ledger = await openTestLedger()
  const before = await aServer({ db: ledger.db })
  await before.sync(aBatch(events, { projects }))
  const totals = await before.get('/v1/stats/totals')
  for (const level of ['hashed', 'off'] as const) {
    await transact(ledger.db, ONLY_OWNER, (tx) =>
      renameProjects(tx, ONLY_OWNER, (key) => keptProject(key, privacy(level))),
    )
    expect(await named(before)).toHaveLength(level === 'off' ? 1 : 2)
    expect(await before.get('/v1/stats/totals')).toEqual(totals)
    expect(await ledger.db.selectFrom('project').selectAll().execute()).toEqual([])
  }
})

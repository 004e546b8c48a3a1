import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { SyncRequest2 } from '../api/contract.ts'
import { encodeEvents } from '../api/event-table.ts'
import { runCommand } from '../bin/commands.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import type { Problem } from '../core/problem.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { tempFolder } from './support/folders.ts'
import { startServer, TEST_KEY, type TestServer } from './support/server.ts'
import { capture, testSurroundings, typed } from './support/surroundings.ts'

/** A command of an administrator, with what it printed; a problem is handed out as its code and words. */
async function forge(server: TestServer, words: string, answers?: readonly string[]) {
  const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: TEST_KEY }
  const asked = answers === undefined ? {} : { stdin: typed(answers), stderr: capture({ isTTY: true, columns: 80 }) }
  const surroundings = testSurroundings({ home: tempFolder(), env, ...asked })
  const ended = await runCommand(['node', 'forge', ...words.split(' ')], 'forge', '0.0.0', surroundings).catch(
    ({ code, message, hint }: Problem) => ({ code, message, hint }),
  )
  return { ended, out: surroundings.stdout.text, said: surroundings.stderr.text }
}

/** Three machines with a day each; the first two have shown one event together. */
async function aServer(): Promise<TestServer> {
  const server = await startServer(tempFolder())
  for (const [i, hostname] of ['studio', 'laptop', 'dev'].entries()) {
    const machine = `machine-${i}`
    const events = [anEvent({ id: eventIdOf(10 + i), machine, output_tokens: 1000 * (i + 1) })]
    if (i < 2) events.push(anEvent({ machine, occurred_at: Date.parse('2026-11-20T11:00:00Z') + i }))
    await send(server, { id: machine, hostname }, events)
  }
  return server
}

async function send(
  server: TestServer,
  machine: SyncRequest2['machine'],
  events: readonly UsageEvent[],
): Promise<void> {
  const ledger = { ledger: `ledger of ${machine.id}`, after: 0, up_to: events.length }
  const batch = { protocol_version: 2, machine, ...ledger, events: encodeEvents(events) }
  await server.client.sync(gzipSync(JSON.stringify(batch)))
}

async function outputByMachine({ client }: TestServer): Promise<Record<string, number>> {
  const { machines } = await client.reports.machines({})
  return Object.fromEntries(machines.map(({ hostname, output_tokens }) => [hostname, output_tokens]))
}

const BEFORE = { studio: 1100, laptop: 2000, dev: 3000 }

test('a machine is renamed, grouped and archived at once, and said how to take it back', async () => {
  const server = await aServer()
  const renamed = await forge(server, 'machines rename dev desk')
  expect(renamed).toMatchObject({ ended: 0, out: '' })
  expect(renamed.said).toBe('✓ Renamed dev to desk.\n  To take it back, until 2026-11-29: forge machines undo 1\n')
  expect(await outputByMachine(server)).toEqual({ studio: 1100, laptop: 2000, desk: 3000 })
  expect((await forge(server, 'machines group desk office')).said).toContain('Grouped desk into office.')
  expect(JSON.parse((await forge(server, 'tokens --machine office --json')).out)).toMatchObject({
    totals: { output_tokens: 3000 },
  })
  expect((await forge(server, 'machines group desk')).said).toContain('desk has no group any more.')
  expect((await forge(server, 'machines archive desk')).said).toContain('Archived desk.')
  expect(JSON.parse((await forge(server, 'machines --json')).out).machines).toContainEqual(
    expect.objectContaining({ hostname: 'desk', label: 'desk', is_archived: true }),
  )
  expect((await forge(server, 'machines rename desk')).said).toContain('Renamed desk to dev.')
})

test('what takes something away is shown and asked about first; a no changes nothing', async () => {
  const server = await aServer()
  const said = await forge(server, 'machines delete studio', ['n'])
  expect(said.out).toBe(
    [
      'studio is deleted: 2 events of 5,706 tokens.',
      '  1 event of 3,303 tokens goes: no other machine has shown it',
      '  1 event of these another machine has shown, too, and keeps',
      '  It has no key of its own that would end',
      '  Erased for good after 2026-11-29; until then it can be taken back',
      '',
    ].join('\n'),
  )
  expect(said).toMatchObject({ ended: 0, said: 'Delete it? [Y/n] Nothing was changed.\n' })
  expect(await outputByMachine(server)).toEqual(BEFORE)
  expect((await forge(server, 'machines delete studio', ['y'])).said).toContain('Deleted studio.')
  expect(await outputByMachine(server)).toEqual({ laptop: 2100, dev: 3000 })
})

test('where nobody can be asked it says how, and --yes does it; --dry-run never does', async () => {
  const server = await aServer()
  expect((await forge(server, 'machines merge laptop studio')).ended).toMatchObject({
    code: 'invalid-request',
    hint: 'To agree beforehand: forge machines merge … --yes. Only to look: --dry-run',
  })
  const looked = await forge(server, 'machines merge laptop studio --yes --dry-run --json')
  expect(JSON.parse(looked.out)).toMatchObject({
    schema_version: 1,
    change: null,
    effect: { into: { name: 'studio' }, event_count: 1 },
  })
  expect(await outputByMachine(server)).toEqual(BEFORE)
  expect((await forge(server, 'machines merge laptop studio --yes')).said).toContain('Merged laptop into studio.')
  expect(await outputByMachine(server)).toEqual({ studio: 3100, dev: 3000 })
  expect((await forge(server, 'machines revoke dev --yes')).said).toContain('Revoked the keys of dev.')
})

test('changes are listed, and taken back: the latest, or the one that is named', async () => {
  const server = await aServer()
  await forge(server, 'machines rename dev desk')
  await forge(server, 'machines merge laptop studio --yes')
  const listed = await forge(server, 'machines changes --json')
  expect(JSON.parse(listed.out)).toMatchObject({
    changes: [
      { id: 2, action: 'merge', machine: { name: 'laptop' }, to: 'studio', can_undo: true },
      { id: 1, action: 'rename', from: 'dev', to: 'desk' },
    ],
  })
  const looked = await forge(server, 'machines undo --dry-run')
  expect(looked).toMatchObject({ ended: 0, out: 'Would be taken back: merge laptop into studio\n' })
  expect((await forge(server, 'machines undo')).said).toBe('✓ Taken back: merge laptop into studio.\n')
  expect((await forge(server, 'machines undo 1')).said).toContain('Taken back: rename dev to desk.')
  expect(await outputByMachine(server)).toEqual(BEFORE)
  expect((await forge(server, 'machines undo')).ended).toMatchObject({ code: 'not-found' })
  expect((await forge(server, 'machines undo 1 --dry-run')).ended).toMatchObject({ code: 'invalid-request' })
  expect((await forge(server, 'machines undo last')).ended).toMatchObject({ code: 'invalid-request' })
  expect((await forge(server, 'machines changes --plain')).out).toContain('merge')
})

test('a machine that is not there, and one of two of its name, are not changed', async () => {
  const server = await aServer()
  await forge(server, 'machines rename dev laptop')
  expect((await forge(server, 'machines archive nobody')).ended).toMatchObject({ code: 'not-found' })
  expect((await forge(server, 'machines archive laptop')).ended).toMatchObject({
    code: 'ambiguous',
    hint: /machine-1, machine-2/,
  })
  expect((await forge(server, 'machines archive machine-2')).ended).toBe(0)
  expect((await forge(server, 'machines explode laptop')).ended).toBe(2)
})

test('machines that were made for jobs of one group are one line of the list, and each for programs', async () => {
  const server = await aServer()
  for (const i of [1, 2, 3]) {
    const id = `job-${i}`
    const event = anEvent({ id: eventIdOf(20 + i), machine: id, session: id, output_tokens: 10_000 * i })
    await send(server, { id, hostname: `runner-${i}`, group: 'ci', is_ephemeral: true }, [event])
  }
  const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: TEST_KEY, NO_COLOR: '1' }
  const surroundings = testSurroundings({
    home: tempFolder(),
    env,
    stdout: capture({ isTTY: true, columns: 120 }),
  })
  await runCommand(['node', 'forge', 'machines', '--full'], 'forge', '0.0.0', surroundings)
  const [line = '', ...more] = surroundings.stdout.text.split('\n').filter((text) => /ci|runner/.test(text))
  expect(more).toEqual([])
  // Three times 2,303 tokens besides the output.
  expect(line.replaceAll(/\s+/g, ' ')).toMatch(/ci \(3 jobs\) just now 66,909 \$[\d.]+ \d+% 3 /)
  const { machines } = JSON.parse((await forge(server, 'machines --json')).out) as { machines: { hostname: string }[] }
  expect(machines.map(({ hostname }) => hostname)).toEqual(expect.arrayContaining(['runner-1', 'runner-2', 'runner-3']))
})

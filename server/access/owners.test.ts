import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { KEY_HEADER, LIVE_PATH } from '../../api/paths.ts'
import type { AppOptions } from '../app.ts'
import { answering } from '../routes.ts'
import { aBatch, aKey, anEvent, aServer, eventId, type TestServer } from '../testing.ts'

// Whose data a caller may see is part of every question. Every route that only reads is asked here by another owner.

const CANARY = 'canary'

/** Routes whose answers begin and do not end, or are about the server as a whole. */
const LEFT = [LIVE_PATH, '/health', '/v1/openapi.json']

const reading = answering({ now: () => 0, tz: 'UTC', version: '' } as unknown as AppOptions).routes.filter(
  ({ method, policy, path }) => method === 'GET' && ['read', 'admin', 'key'].includes(policy) && !LEFT.includes(path),
)

/** Two owners' keys; the first has usage in which every text is marked. */
async function twoOwners(): Promise<{ server: TestServer; other: string }> {
  const server = await aServer({ randomBytes: (count) => randomBytes(count) })
  const marked = anEvent({
    id: eventId(1),
    machine: `${CANARY}-machine`,
    session: `${CANARY}-session`,
    project: `${CANARY}-project`,
    model: `${CANARY}-model`,
    client_version: `${CANARY}-version`,
  })
  await server.sync(
    aBatch([marked], {
      machine: { id: `${CANARY}-machine`, hostname: `${CANARY}-host`, cleanup_period_days: 77 },
      projects: [{ project: `${CANARY}-project`, label: `${CANARY}-label` }],
    }),
  )
  await aKey(server, 'admin', { label: `${CANARY}-key` })
  return { server, other: await aKey(server, 'admin', { owner: 2, label: 'other' }) }
}

test.each(reading.map(({ path }) => path))('GET %s tells another owner nothing of this one', async (path) => {
  const { server, other } = await twoOwners()
  const query = path.endsWith('/hashes') ? `?machine=${CANARY}-machine` : ''
  const url = path.replaceAll(/\{\w+\}/g, `${CANARY}-machine`) + query
  const mine = await (await server.request('GET', url)).text()
  const theirs = await server.request('GET', url, undefined, { [KEY_HEADER]: other })
  const text = (await theirs.text()).replaceAll(`${CANARY}-machine`, 'asked')
  expect([path, text.includes(CANARY), /20[, ]?853|"event_count":[1-9]/.test(text)]).toEqual([path, false, false])
  // What the other is not told is there to be told.
  if (/stats\/(log|machines|models|sessions)$/.test(path)) expect(mine).toContain(CANARY)
})

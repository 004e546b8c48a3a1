import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { eventKey } from './event-key.ts'
import { record } from './ledger.ts'
import { eraseMachine } from './erase-machine.ts'
import { meetMachine } from './meet-machine.ts'
import { RunFilter } from './run-filter.ts'
import { ONLY_OWNER } from './schema.ts'
import { openTestLedger } from './testing.ts'
import { transact } from './transact.ts'

const events = (from: number, to: number, given = {}) =>
  Array.from({ length: to - from }, (_, i) => anEvent({ id: eventIdOf(from + i), session: `s${i >> 6}`, ...given }))

test('a key is a whole number of 48 bits, the same for an id at all times', () => {
  expect(eventKey('')).toBe(242_683_283_934_595)
  expect(eventKey(eventIdOf(1))).toBe(168_857_071_133_791)
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(Number.isInteger(eventKey(id)) && eventKey(id) >= 0 && eventKey(id) < 2 ** 48).toBe(true)
    }),
  )
})

test('a filter misses no key, is seldom wrong, and is the same after it was stored', () => {
  const filter = new RunFilter()
  const keyOf = (run: number, i: number) => eventKey(`${run} ${i}`)
  for (const run of [0, 7, 15]) for (let i = 0; i < 65_536; i++) filter.add(keyOf(run, i), run)
  const stored = new RunFilter(filter.bytes)
  for (const run of [0, 7, 15]) {
    for (let i = 0; i < 65_536; i += 97) expect((stored.runsOf(keyOf(run, i)) >> run) & 1).toBe(1)
  }
  const wrong = Array.from({ length: 20_000 }, (_, i) => stored.runsOf(keyOf(99, i))).filter((runs) => runs !== 0)
  expect(wrong.length).toBeLessThan(100)
})

test('an event is found again long after it came, grown or shown on another day, also by another process', async () => {
  const ledger = await openTestLedger()
  const write = (list: Parameters<typeof record>[2]) =>
    transact(ledger.db, ONLY_OWNER, (tx) => record(tx, ONLY_OWNER, list))
  // Two full runs and a part of a third.
  for (let from = 0; from < 140_000; from += 20_000) await write(events(from, from + 20_000))
  expect(await write(events(0, 500))).toEqual({ added: 0, grown: 0, unchanged: 500 })
  const otherDay = { occurred_at: Date.parse('2025-03-01T00:00:00Z'), output_tokens: 500 }
  expect(await write(events(65_000, 66_000, otherDay))).toEqual({ added: 0, grown: 1000, unchanged: 0 })
  expect(await write(events(65_000, 66_000))).toEqual({ added: 0, grown: 0, unchanged: 1000 })
  const { count } = await ledger.db
    .selectFrom('event')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  expect(count).toBe(140_000)
})

test('what was erased is in no index any more', async () => {
  const ledger = await openTestLedger()
  await transact(ledger.db, ONLY_OWNER, async (tx) => {
    await meetMachine(tx, ONLY_OWNER, { id: 'machine-a', hostname: 'a', protocol: 2 }, 0)
    await record(tx, ONLY_OWNER, events(0, 300))
    await eraseMachine(tx, ONLY_OWNER, 'machine-a', 1)
  })
  expect(await ledger.db.selectFrom('event').selectAll().execute()).toEqual([])
  if (ledger.engine === 'sqlite') expect(await ledger.db.selectFrom('event_key').selectAll().execute()).toEqual([])
})

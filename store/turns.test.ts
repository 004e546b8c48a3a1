import { expect, test } from 'vitest'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { eventsAfter, record } from './ledger.ts'
import { ONLY_OWNER } from './schema.ts'
import { openTestLedger } from './testing.ts'
import { Turns } from './turns.ts'

test('changes that wait together are all made, and one that fails takes no other with it', async () => {
  const { db } = await openTestLedger()
  const turns = new Turns(db, ONLY_OWNER)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) =>
      turns.take(async (tx) => {
        await record(tx, ONLY_OWNER, [anEvent({ id: eventIdOf(n), session: `session-${n}` })])
        if (n % 7 === 3) throw new Error(`not ${n}`)
        return n
      }),
    ),
  )
  const expected = outcomes.map((_, n) => (n % 7 === 3 ? `Error: not ${n}` : n))
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual(expected)
  const kept = await eventsAfter(db, ONLY_OWNER, 0, 100)
  expect(kept.map(({ event }) => event.id).toSorted()).toEqual(
    expected.flatMap((value, n) => (value === n ? [eventIdOf(n)] : [])),
  )
  expect(await turns.take(async () => 'and on')).toBe('and on')
})

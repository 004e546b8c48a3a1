import { expect, test } from 'vitest'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { eventsAfter, type Recorded } from './ledger.ts'
import { ONLY_OWNER } from './schema.ts'
import { openTestLedger } from './testing.ts'
import { Turns } from './turns.ts'

test('changes that wait together are all made, and one that fails takes no other with it', async () => {
  const { db } = await openTestLedger()
  const turns = new Turns(db, ONLY_OWNER)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) =>
      turns.take({
        events: [anEvent({ id: eventIdOf(n), session: `session-${n}` })],
        async before() {
          if (n % 7 === 3) throw new Error(`not ${n}`)
        },
        async after() {
          if (n % 7 === 5) throw new Error(`not ${n}`)
          return n
        },
      }),
    ),
  )
  const expected = outcomes.map((_, n) => (n % 7 === 3 || n % 7 === 5 ? `Error: not ${n}` : n))
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual(expected)
  const kept = await eventsAfter(db, ONLY_OWNER, 0, 100)
  expect(kept.map(({ event }) => event.id).toSorted()).toEqual(
    expected.flatMap((value, n) => (value === n ? [eventIdOf(n)] : [])),
  )
  const onward = { events: [], before: async () => {}, after: async () => 'and on' }
  expect(await turns.take(onward)).toBe('and on')
})

test('batches that are recorded together are told what one after another would have been', async () => {
  const batches = [
    [0, 1],
    [1, 2, 3],
    [4, 4],
    [0, 5],
  ].map((ids, i) => ids.map((n) => anEvent({ id: eventIdOf(n), session: 'session', output_tokens: 10 + i })))
  const take = (turns: Turns, events: (typeof batches)[number]): Promise<Recorded> =>
    turns.take({ events, before: async () => {}, after: async (_, recorded) => recorded })

  const [together, alone] = [await openTestLedger(), await openTestLedger()]
  const turns = new Turns(together.db, ONLY_OWNER)
  const told = await Promise.all(batches.map((events) => take(turns, events)))
  const expected: Recorded[] = []
  for (const events of batches) expected.push(await take(new Turns(alone.db, ONLY_OWNER), events))

  expect(told).toEqual(expected)
  expect(told.map(({ added, grown, unchanged }) => [added, grown, unchanged])).toEqual([
    [2, 0, 0],
    [2, 1, 0],
    [1, 0, 0],
    [1, 1, 0],
  ])
  const events = async ({ db }: typeof alone) =>
    (await eventsAfter(db, ONLY_OWNER, 0, 100)).map(({ event }) => event.id)
  expect(await events(together)).toEqual(await events(alone))
})

import { expect, test } from 'vitest'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { eventsAfter } from './events.ts'
import type { Recorded } from './ledger.ts'
import { wrongCells } from './rollup.ts'
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

test('batches that come when all before were new are recorded once and merged, whatever they hold', async () => {
  const { db } = await openTestLedger()
  const turns = new Turns(db, ONLY_OWNER)
  const event = (n: number, output_tokens: number) => anEvent({ id: eventIdOf(n), session: 'session', output_tokens })
  const take = (from: number, to: number, output_tokens = 10): Promise<Recorded> => {
    const events = Array.from({ length: to - from }, (_, i) => event(from + i, output_tokens))
    return turns.take({ events, before: async () => {}, after: async (_, recorded) => recorded })
  }
  expect(await take(0, 300)).toEqual({ added: 300, grown: 0, unchanged: 0 })
  expect(await take(300, 600)).toEqual({ added: 300, grown: 0, unchanged: 0 })
  expect(await take(500, 800)).toEqual({ added: 200, grown: 0, unchanged: 100 })
  expect(await take(800, 1100)).toEqual({ added: 300, grown: 0, unchanged: 0 })
  expect(await Promise.all([take(1000, 1300, 20), take(1200, 1500, 20)])).toEqual([
    { added: 200, grown: 100, unchanged: 0 },
    { added: 200, grown: 0, unchanged: 100 },
  ])
  const kept = await eventsAfter(db, ONLY_OWNER, 0, 2000)
  expect(kept.map(({ event: { id } }) => id).toSorted()).toEqual(
    Array.from({ length: 1500 }, (_, n) => eventIdOf(n)).toSorted(),
  )
  expect(await wrongCells(db, ONLY_OWNER)).toMatchObject({ wrong: 0 })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { merge, type UsageEvent } from '../core/usage-event.ts'
import { anEvent, anySighting, eventIdOf, eventText } from '../test/support/events.ts'
import { eventsAfter } from './events.ts'
import { record } from './ledger.ts'
import type { Ledger } from './open.ts'
import { ONLY_OWNER } from './schema.ts'
import { lastPosition } from './sequence.ts'
import { openTestLedger, runs } from './testing.ts'

const write = (ledger: Ledger, sightings: readonly UsageEvent[]) =>
  ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, sightings))

const read = async (ledger: Ledger, after = 0) =>
  (await eventsAfter(ledger.db, ONLY_OWNER, after, 10_000)).map(({ event }) => event)

/** The events of a ledger as text, whatever their places. */
const content = async (ledger: Ledger) => (await read(ledger)).map(eventText).toSorted()

/** What must come out: the sightings of each event, joined. */
function joined(sightings: readonly UsageEvent[]): string[] {
  const events = new Map<string, UsageEvent>()
  for (const sighting of sightings) {
    const before = events.get(sighting.id)
    events.set(sighting.id, before === undefined ? sighting : merge(before, sighting))
  }
  return [...events.values()].map(eventText).toSorted()
}

/** A list of sightings cut into batches anywhere, shuffled, with some batches given again. */
const anyDelivery = fc.array(anySighting, { minLength: 1, maxLength: 20 }).chain((sightings) =>
  fc
    .record({
      order: fc.shuffledSubarray(sightings, { minLength: sightings.length }),
      cuts: fc.array(fc.nat(sightings.length), { maxLength: 4 }),
      replays: fc.array(fc.nat(10), { maxLength: 3 }),
    })
    .map(({ order, cuts, replays }) => {
      const ends = [0, ...cuts, order.length].toSorted((a, b) => a - b)
      const batches = ends.slice(1).map((end, i) => order.slice(ends[i], end))
      return { sightings, batches: [...batches, ...replays.map((i) => batches[i % batches.length] ?? [])] }
    }),
)

describe('recording sightings', () => {
  test('gives the same ledger in any order, split, repetition and replay', async () => {
    await fc.assert(
      fc.asyncProperty(anyDelivery, async ({ sightings, batches }) => {
        const ledger = await openTestLedger()
        for (const batch of batches) await write(ledger, batch)
        expect(await content(ledger)).toEqual(joined(sightings))
        await ledger.close()
      }),
      { numRuns: runs(150) },
    )
  })

  test('survives a crash after any statement: a replay gives the same ledger', async () => {
    await fc.assert(
      fc.asyncProperty(anyDelivery, fc.integer({ min: 1, max: 60 }), async ({ sightings, batches }, statements) => {
        const ledger = await openTestLedger()
        let left = statements
        for (const batch of batches) {
          const before = await content(ledger)
          try {
            await ledger.db.transaction().execute(async (tx) => {
              const crashing = tx.withPlugin({
                transformQuery({ node }) {
                  if (left-- === 0) throw new Error('crash')
                  return node
                },
                transformResult: ({ result }) => Promise.resolve(result),
              })
              await record(crashing as typeof tx, ONLY_OWNER, batch)
            })
          } catch (error) {
            expect(String(error)).toContain('crash')
            expect(await content(ledger)).toEqual(before)
            await write(ledger, batch)
          }
        }
        expect(await content(ledger)).toEqual(joined(sightings))
        await ledger.close()
      }),
      { numRuns: runs(100) },
    )
  })

  test('tells what was new, what has grown, and what was known', async () => {
    const ledger = await openTestLedger()
    const first = anEvent({ id: eventIdOf(1), output_tokens: 1 })
    expect(await write(ledger, [first, anEvent({ id: eventIdOf(2) })])).toEqual({ added: 2, grown: 0, unchanged: 0 })
    expect(await write(ledger, [{ ...first, output_tokens: 99 }, anEvent({ id: eventIdOf(2) })])).toEqual({
      added: 0,
      grown: 1,
      unchanged: 1,
    })
  })

  test('puts a grown event at the end of the order, so that it is sent again', async () => {
    const ledger = await openTestLedger()
    await write(
      ledger,
      [1, 2, 3].map((n) => anEvent({ id: eventIdOf(n), output_tokens: 1 })),
    )
    const position = await lastPosition(ledger.db)
    await write(ledger, [anEvent({ id: eventIdOf(1), output_tokens: 700 })])
    const later = await read(ledger, position)
    expect(later.map(({ id, output_tokens }) => [id, output_tokens])).toEqual([[eventIdOf(1), 700]])
    expect(await read(ledger)).toHaveLength(3)
  })

  test('keeps every name as it is, also those that are special elsewhere', async () => {
    const ledger = await openTestLedger()
    const names = ['__proto__', 'constructor', "Robert'); drop table event;--", '%_', '日本語', '']
    await write(
      ledger,
      names.map((model, i) => anEvent({ id: eventIdOf(i), model })),
    )
    expect((await read(ledger)).map(({ model }) => model)).toEqual(names)
  })

  test('takes many thousand events at once', async () => {
    const ledger = await openTestLedger()
    const events = Array.from({ length: 5123 }, (_, i) => anEvent({ id: eventIdOf(i), session: `s${i % 700}` }))
    await write(ledger, events)
    expect(await write(ledger, events)).toEqual({ added: 0, grown: 0, unchanged: 5123 })
    expect(await content(ledger)).toEqual(joined(events))
  })
})

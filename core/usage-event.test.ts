import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anEvent, anySighting } from '../test/support/events.ts'
import { merge, outputIsUnderstated, type UsageEvent } from './usage-event.ts'

const oneEvent = anySighting.map((sighting) => ({ ...sighting, id: anEvent().id }))

describe('merging sightings of one event', () => {
  test('does not mind their order', () => {
    fc.assert(
      fc.property(oneEvent, oneEvent, (a, b) => {
        expect(merge(a, b)).toEqual(merge(b, a))
      }),
    )
  })

  test('does not mind how they are grouped', () => {
    fc.assert(
      fc.property(oneEvent, oneEvent, oneEvent, (a, b, c) => {
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
      }),
    )
  })

  test('does not mind repetition', () => {
    fc.assert(
      fc.property(oneEvent, oneEvent, (a, b) => {
        const joined = merge(a, b)
        expect(merge(joined, a)).toBe(joined)
        expect(merge(joined, joined)).toBe(joined)
      }),
    )
  })

  test('takes the counts of one sighting whole, never a mixture', () => {
    const counts = ({ input_tokens, output_tokens, cache_read_tokens, model }: UsageEvent) =>
      JSON.stringify([input_tokens, output_tokens, cache_read_tokens, model])
    fc.assert(
      fc.property(fc.array(oneEvent, { minLength: 1 }), (sightings) => {
        expect(sightings.map(counts)).toContain(counts(sightings.reduce(merge)))
      }),
    )
  })

  test('prefers a main row to a side conversation that read a bigger cache', () => {
    const main = anEvent({ cache_read_tokens: 20_000 })
    const replay = anEvent({ seen_as: 'sidechain', cache_read_tokens: 50_000 })
    expect(merge(replay, main)).toMatchObject({ cache_read_tokens: 20_000, seen_as: 'main' })
  })

  test('prefers the larger output, and keeps the time and session of the earlier row', () => {
    const placeholder = anEvent({ output_tokens: 1, occurred_at: 1000, session: 'first' })
    const final = anEvent({ output_tokens: 188, occurred_at: 2000, session: 'second' })
    expect(merge(placeholder, final)).toMatchObject({ output_tokens: 188, occurred_at: 1000, session: 'first' })
  })
})

test('output left as a placeholder by Claude Code 2.1.10 to 2.1.59 is known as understated', () => {
  const event = { output_tokens: 3, client_version: '2.1.29' }
  expect(outputIsUnderstated(event)).toBe(true)
  expect(outputIsUnderstated({ ...event, output_tokens: 900 })).toBe(false)
  for (const client_version of ['2.1.9', '2.1.60', '2.1.232', '2.0.76', '']) {
    expect(outputIsUnderstated({ ...event, client_version })).toBe(false)
  }
})

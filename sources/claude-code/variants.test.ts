import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { usdText } from '../../core/money.ts'
import { costOfEvent } from '../../core/prices/cost.ts'
import { listPrices } from '../../core/prices/price-book.ts'
import { eventsOf, readTranscript } from '../../test/support/reading.ts'
import { eventId } from './event-id.ts'

const path = new URL('fixtures/variants.jsonl', import.meta.url).pathname

/** input / output / 5-minute writes / 1-hour writes / cache reads, as fixtures/README.md states them. */
const EXPECTED = {
  msg_demo01: [3, 420, 0, 1500, 20000],
  msg_demo02: [9, 188, 4000, 0, 0],
  msg_demo03: [1, 3, 900, 0, 41000],
  msg_demo04: [4, 96, 1200, 0, 15000],
  msg_20260301031000abcdef: [5210, 133, 0, 0, 18944],
  msg_demo07: [3, 2, 500, 0, 9000],
  msg_demo08: [12, 250, 300, 0, 8000],
  'msg_demo08:advisor:1': [9000, 640, 0, 0, 0],
  msg_demo09: [100, 200, 1000, 2000, 10000],
}

test('every shape of row gives exactly the nine billed responses, whatever order the rows come in', () => {
  const { sightings } = readTranscript(path)
  const responses = sightings.filter(({ kind }) => kind === 'response')
  for (const order of [responses, responses.toReversed()]) {
    const found = new Map(
      eventsOf(order).map((e) => [
        e.id,
        [e.input_tokens, e.output_tokens, e.cache_write_5m_tokens, e.cache_write_1h_tokens, e.cache_read_tokens],
      ]),
    )
    const expected = Object.entries(EXPECTED).map(([id, counts]) => [eventId(`message ${id}`), counts] as const)
    expect(found).toEqual(new Map(expected))
  }
})

/** At API list price, to the last digit; fixtures/README.md has the arithmetic. */
const COSTS = {
  msg_demo01: '0.035515',
  msg_demo02: '0.005949',
  msg_demo03: '0.026205',
  msg_demo04: '0.010452',
  msg_20260301031000abcdef: undefined,
  msg_demo07: '0.001538',
  msg_demo08: '0.004874',
  'msg_demo08:advisor:1': '0.061',
  msg_demo09: '0.10085',
}

test('each of them costs what its model, day, speed, region and searches make of it', () => {
  const found = new Map(
    eventsOf(readTranscript(path).sightings).map((event) => {
      const cost = costOfEvent(listPrices(), event)
      return [event.id, cost === undefined ? undefined : usdText(cost)]
    }),
  )
  expect(found).toEqual(new Map(Object.entries(COSTS).map(([id, cost]) => [eventId(`message ${id}`), cost])))
})

test('time and session are those of the first row, the variant tells what a price depends on', () => {
  const byId = new Map(eventsOf(readTranscript(path).sightings).map((event) => [event.id, event]))
  const get = (id: string) => byId.get(eventId(`message ${id}`))
  expect(get('msg_demo02')?.occurred_at).toBe(Date.parse('2026-08-12T09:00:05.000Z'))
  expect(get('msg_demo01')).toMatchObject({
    session: '00000000-0000-4000-8000-000000001001',
    project: expect.stringMatching(/^p[\w-]{21}$/),
    seen_as: 'main',
    client_version: '2.1.232',
  })
  expect(get('msg_demo07')?.seen_as).toBe('progress')
  expect(get('msg_demo08:advisor:1')?.model).toBe('claude-opus-5')
  expect(get('msg_demo09')).toMatchObject({ variant: 'fast geo:us', web_searches: 2 })
  expect(get('msg_demo01')?.variant).toBe('')
})

test('the cut-off last line is left for later, and a summary is no prompt', () => {
  const { sightings, mark } = readTranscript(path)
  expect(mark?.offset).toBe(readFileSync(path).lastIndexOf('\n') + 1)
  expect(sightings.filter(({ kind }) => kind === 'prompt')).toEqual([])
})

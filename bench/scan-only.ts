import { readInParallel } from '../client/read-in-parallel.ts'
import { utcDayNumber } from '../core/day.ts'
import { PackedReader } from '../core/packed-events.ts'
import { totalTokens } from '../core/tokens.ts'
import { merge, type UsageEvent } from '../core/usage-event.ts'
import { sources, transcriptsIn } from '../sources/source.ts'
import { IdTable } from './id-table.ts'

/**
 * Reads every transcript of a home and adds up its tokens by day and model, without a ledger: what a scan and a report
 * alone cost, and what a faster scanner would make faster.
 * `node bench/scan-only.ts HOME [BYTES from which on a second thread reads along]`
 */
async function scan([home = '', worth_a_thread]: readonly string[]): Promise<void> {
  const sightings = new Sightings()
  let lines = 0
  const task = { machine: '', home, project_secret: 'of the benchmark', now: performance.timeOrigin }
  for (const source of sources) {
    const found = source.find({ env: {}, home, platform: process.platform })
    const files = transcriptsIn(found).map((transcript) => ({
      agent: source.name,
      transcript,
      mark: undefined,
      bytes: 200_000,
    }))
    await readInParallel(task, files, {
      ...(worth_a_thread === undefined ? {} : { worth_a_thread: Number(worth_a_thread) }),
      take: async ({ packed, parsed, tally }) => {
        lines += tally.lines
        for (const some of packed) sightings.addPacked(new PackedReader(some))
        for (const event of parsed) sightings.add(event)
      },
    })
  }
  process.stdout.write(`${JSON.stringify({ events: sightings.count, lines, ...sightings.report() })}\n`)
}

/** So many events lie in one piece of a scanner at most. */
const PLACES = 2 ** 20

/** Events by their ids. Those that were seen once stay as the scanner left them. */
class Sightings {
  readonly #readers: PackedReader[] = []
  readonly #ids = new IdTable()
  /** Where each event stands among those of the scanner: its reader and its place there. */
  readonly #places: number[] = []
  /** Those that were parsed, or seen again, by the numbers of their ids. */
  readonly #events = new Map<number, UsageEvent>()

  get count(): number {
    return this.#ids.count
  }

  addPacked(reader: PackedReader): void {
    const first = (this.#readers.push(reader) - 1) * PLACES
    for (let place = 0; place < reader.packed.count; place++) {
      const isNew = this.#ids.count
      const number = this.#ids.ofPacked(reader, place)
      if (number === isNew) this.#places.push(first + place)
      else this.#join(number, eventAt(reader, place))
    }
  }

  add(event: UsageEvent): void {
    const isNew = this.#ids.count
    const number = this.#ids.ofText(event.id)
    if (number === isNew) {
      this.#places.push(0)
      this.#events.set(number, event)
    } else this.#join(number, event)
  }

  /** Tokens by UTC day and model, and all of them. */
  report(): { days: number; total_tokens: number } {
    const days = new Map<number, Map<string, number>>()
    let total_tokens = 0
    const count = (occurred_at: number, model: string, tokens: number) => {
      const day = utcDayNumber(occurred_at)
      let ofDay = days.get(day)
      if (ofDay === undefined) days.set(day, (ofDay = new Map()))
      ofDay.set(model, (ofDay.get(model) ?? 0) + tokens)
      total_tokens += tokens
    }
    for (const [number, found] of this.#places.entries()) {
      const event = this.#events.get(number)
      if (event !== undefined) {
        count(event.occurred_at, event.model, totalTokens(event))
        continue
      }
      const { reader, place } = this.#at(found)
      const tokens = reader.inputTokens(place) + reader.outputTokens(place) + reader.cacheReadTokens(place)
      const written = reader.cacheWrite5mTokens(place) + reader.cacheWrite1hTokens(place)
      count(reader.occurredAt(place), reader.packed.names[reader.model(place)] as string, tokens + written)
    }
    return { days: days.size, total_tokens }
  }

  #join(number: number, event: UsageEvent): void {
    let before = this.#events.get(number)
    if (before === undefined) {
      const { reader, place } = this.#at(this.#places[number] as number)
      before = eventAt(reader, place)
    }
    this.#events.set(number, merge(before, event))
  }

  #at(found: number): { reader: PackedReader; place: number } {
    const place = found % PLACES
    return { reader: this.#readers[(found - place) / PLACES] as PackedReader, place }
  }
}

function eventAt(reader: PackedReader, place: number): UsageEvent {
  return reader.event(place, { machine: '', account: '' })
}

void scan(process.argv.slice(2))

import { readInParallel, type SizedFile } from '../client/read-in-parallel.ts'
import { utcDayNumber } from '../core/day.ts'
import { PackedReader } from '../core/packed-events.ts'
import { totalTokens } from '../core/tokens.ts'
import { merge, type UsageEvent } from '../core/usage-event.ts'
import { type Search, type Source, sources, transcriptsIn } from '../sources/source.ts'
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
    const search = source.search({ env: {}, home, platform: process.platform })
    await readInParallel(task, filesOf(source, search), {
      ...(worth_a_thread === undefined ? {} : { worth_a_thread: Number(worth_a_thread) }),
      take: async (batches) => {
        for (const { packed, parsed, tally } of batches) {
          lines += tally.lines
          for (const some of packed) sightings.addPacked(new PackedReader(some))
          for (const event of parsed) sightings.add(event)
        }
      },
    })
  }
  process.stdout.write(`${JSON.stringify({ events: sightings.count, lines, ...sightings.report() })}\n`)
}

/** Files as they are found, some at once. */
async function* filesOf(source: Source, { listings }: Search): AsyncGenerator<SizedFile[]> {
  let files: SizedFile[] = []
  for (const listing of listings) {
    for (const transcript of transcriptsIn({ listings: [listing] })) {
      files.push({ agent: source.name, transcript, mark: undefined, bytes: 200_000 })
    }
    if (files.length < 512) continue
    yield files
    files = []
  }
  yield files
}

/** So many events lie in one piece of a scanner at most. */
const PLACES = 2 ** 20
/** In place of an event's place: it is among the joined ones. */
const AS_EVENT = -1

/** Events by their ids. Those that were seen once stay as the scanner left them. */
class Sightings {
  readonly #readers: PackedReader[] = []
  readonly #ids = new IdTable()
  /** Where each event stands among those of the scanner, its reader and its place there; or {@link AS_EVENT}. */
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
    if (number !== isNew) return this.#join(number, event)
    this.#places.push(AS_EVENT)
    this.#events.set(number, event)
  }

  /** Tokens by UTC day and model, and all of them. */
  report(): { days: number; total_tokens: number } {
    const days = new Days()
    for (const found of this.#places) {
      if (found === AS_EVENT) continue
      const { reader, place } = this.#at(found)
      const tokens = reader.inputTokens(place) + reader.outputTokens(place) + reader.cacheReadTokens(place)
      const written = reader.cacheWrite5mTokens(place) + reader.cacheWrite1hTokens(place)
      days.count(reader.occurredAt(place), reader.packed.names[reader.model(place)] as string, tokens + written)
    }
    for (const event of this.#events.values()) days.count(event.occurred_at, event.model, totalTokens(event))
    return days.all()
  }

  #join(number: number, event: UsageEvent): void {
    let before = this.#events.get(number)
    if (before === undefined) {
      const { reader, place } = this.#at(this.#places[number] as number)
      before = eventAt(reader, place)
      this.#places[number] = AS_EVENT
    }
    this.#events.set(number, merge(before, event))
  }

  #at(found: number): { reader: PackedReader; place: number } {
    const place = found % PLACES
    return { reader: this.#readers[(found - place) / PLACES] as PackedReader, place }
  }
}

interface Cell {
  readonly day: number
  readonly model: string
  tokens: number
}

/** Tokens of each day and model. */
class Days {
  readonly #days = new Map<number, Map<string, Cell>>()
  /** The next event mostly belongs where the last one did. */
  #last: Cell = { day: -1, model: '', tokens: 0 }

  count(occurred_at: number, model: string, tokens: number): void {
    const day = utcDayNumber(occurred_at)
    if (day !== this.#last.day || model !== this.#last.model) this.#last = this.#cell(day, model)
    this.#last.tokens += tokens
  }

  all(): { days: number; total_tokens: number } {
    const cells = [...this.#days.values()].flatMap((ofDay) => [...ofDay.values()])
    return { days: this.#days.size, total_tokens: cells.reduce((sum, { tokens }) => sum + tokens, 0) }
  }

  #cell(day: number, model: string): Cell {
    let ofDay = this.#days.get(day)
    if (ofDay === undefined) this.#days.set(day, (ofDay = new Map()))
    let cell = ofDay.get(model)
    if (cell === undefined) ofDay.set(model, (cell = { day, model, tokens: 0 }))
    return cell
  }
}

function eventAt(reader: PackedReader, place: number): UsageEvent {
  return reader.event(place, { machine: '', account: '' })
}

void scan(process.argv.slice(2))

import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { localDay } from '../core/calendar.ts'
import { record } from '../store/ledger.ts'
import type { Db } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { openTestLedger } from '../store/testing.ts'
import { transact } from '../store/transact.ts'
import { readAheadHourly } from './read-ahead.ts'
import { anEvent, eventId, TEST_NOW } from './testing.ts'

const AFTER_START_MS = 10_000
const HOUR_MS = 3_600_000

/** Time that goes on when a test lets it: by what is slept, and by `tick_ms` whenever somebody looks. */
class Clock {
  readonly #tick_ms: number
  #now = TEST_NOW
  #asleep: { readonly ms: number; readonly wake: () => void } | undefined
  #fellAsleep: () => void = () => undefined

  constructor(tick_ms = 0) {
    this.#tick_ms = tick_ms
  }

  readonly now = () => (this.#now += this.#tick_ms)

  get unseen(): number {
    return this.#now
  }

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const wake = () => {
        this.#asleep = undefined
        resolve()
      }
      this.#asleep = { ms, wake }
      signal.addEventListener('abort', wake)
      this.#fellAsleep()
    })

  /** How long it is slept next, once whoever works has done so. */
  async nextPause(): Promise<number> {
    if (this.#asleep === undefined) await new Promise<void>((resolve) => (this.#fellAsleep = resolve))
    return this.#asleep?.ms as number
  }

  /** Ends the pause, some time after it was due. */
  pass(late_ms = 0): void {
    this.#now += (this.#asleep?.ms ?? 0) + late_ms
    this.#asleep?.wake()
  }
}

/** Lets pauses pass until one of an hour. */
async function pausesUntilAnHour(clock: Clock): Promise<void> {
  let pauses = 0
  for (let ms = await clock.nextPause(); ms !== HOUR_MS; ms = await clock.nextPause()) {
    if (++pauses > 100) throw new Error(`no end of pauses: ${ms}`)
    clock.pass()
  }
}

async function reading(days: readonly string[], { clock = new Clock(), tz = 'UTC' } = {}) {
  const { db } = await openTestLedger()
  await use(db, days)
  const failures: unknown[] = []
  const ahead = readAheadHourly({ db, now: clock.now, tz, sleep: clock.sleep }, (error) => failures.push(error))
  onTestFinished(() => ahead.stop())
  return { db, clock, ahead, failures }
}

let events = 0

/** Records one more event of each day. */
async function use(db: Db, days: readonly string[]): Promise<void> {
  const used = days.map((day) => anEvent({ id: eventId(++events), occurred_at: Date.parse(`${day}T06:00:00Z`) }))
  await transact(db, ONLY_OWNER, (tx) => record(tx, ONLY_OWNER, used))
}

/** The days that are kept, each with the version that it was read at. */
async function kept(db: Db, tz = 'UTC'): Promise<[day: string, version: number][]> {
  const rows = await db.selectFrom('day_usage').select(['starts', 'version']).orderBy('starts').execute()
  return rows.map(({ starts, version }) => [localDay(starts * 900_000, tz), version])
}

test('days that are over are read some time after the start', async () => {
  const { db, clock } = await reading(['2026-11-02', '2026-11-03', '2026-11-17', '2026-11-19', '2026-11-20'])
  expect(await clock.nextPause()).toBe(AFTER_START_MS)
  expect(await kept(db)).toEqual([])
  clock.pass()
  await pausesUntilAnHour(clock)
  expect((await kept(db)).map(([day]) => day)).toEqual(['2026-11-02', '2026-11-03', '2026-11-17'])
})

test('they are days of the zone that the server is in', async () => {
  const tz = 'Asia/Kathmandu'
  const { db, clock } = await reading(['2026-11-17'], { tz })
  await pausesUntilAnHour(clock)
  // Two of them share the day of UTC.
  expect((await kept(db, tz)).map(([day]) => day)).toEqual(['2026-11-17', '2026-11-18'])
  const [first] = await db.selectFrom('day_usage').select('starts').orderBy('starts').execute()
  expect(first?.starts).toBe(Date.parse('2026-11-17T00:00+05:45') / 900_000)
})

test('every hour those are read that have changed, or are over since', async () => {
  const { db, clock } = await reading(['2026-11-02', '2026-11-17', '2026-11-19'])
  await pausesUntilAnHour(clock)
  const [[, before] = [], unchanged] = await kept(db)
  await use(db, ['2026-11-02'])
  clock.pass()
  await pausesUntilAnHour(clock)
  expect(await kept(db)).toEqual([
    ['2026-11-02', expect.toSatisfy((version) => version > (before as number))],
    unchanged,
  ])
  clock.pass(24 * HOUR_MS)
  await pausesUntilAnHour(clock)
  expect((await kept(db)).map(([day]) => day)).toEqual(['2026-11-02', '2026-11-17', '2026-11-19'])
})

test('between two pieces it rests three times as long as the last one took', async () => {
  const TICK_MS = 7
  const { clock } = await reading(['2026-11-02', '2026-11-17'], { clock: new Clock(TICK_MS) })
  await clock.nextPause()
  clock.pass()
  let pieces = 0
  for (let began = clock.unseen; (await clock.nextPause()) !== HOUR_MS; began = clock.unseen) {
    pieces++
    const rest_ms = await clock.nextPause()
    expect(rest_ms).toBeGreaterThan(0)
    // Whoever looks when a piece begins takes a tick of its own.
    expect(rest_ms).toBe(3 * (clock.unseen - began - TICK_MS))
    clock.pass()
  }
  expect(pieces).toBeGreaterThan(5)
})

test('what goes wrong is told, and tried again an hour later', async () => {
  const { db, clock, failures } = await reading(['2026-11-17'])
  await sql`alter table day_version rename to day_version_away`.execute(db)
  await pausesUntilAnHour(clock)
  expect([failures.length, await kept(db)]).toEqual([1, []])
  await sql`alter table day_version_away rename to day_version`.execute(db)
  clock.pass()
  await pausesUntilAnHour(clock)
  expect([failures.length, (await kept(db)).length]).toEqual([1, 1])
})

test('stopped while it rests it reads no more', async () => {
  for (const rests of [0, 2]) {
    const { db, clock, ahead, failures } = await reading(['2026-11-02', '2026-11-17'])
    for (let i = 0; i < rests; i++) {
      await clock.nextPause()
      clock.pass()
    }
    await clock.nextPause()
    const before = await kept(db)
    await ahead.stop()
    expect(await kept(db)).toEqual(before)
    expect([before.length < 2, failures]).toEqual([true, []])
  }
})

test('stopped while it reads it ends with the piece', async () => {
  const { db, clock, ahead } = await reading(['2026-11-02', '2026-11-17'])
  await clock.nextPause()
  clock.pass()
  await new Promise((resolve) => setImmediate(resolve))
  await ahead.stop()
  expect((await kept(db)).map(([day]) => day)).toEqual(['2026-11-17'])
})

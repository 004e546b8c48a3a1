import { setTimeout as timer } from 'node:timers/promises'
import { listPrices, type PriceBook } from '../core/prices/price-book.ts'
import type { Db } from '../store/open.ts'
import { readDaysAhead } from '../store/reports/days-ahead.ts'
import { ONLY_OWNER } from '../store/schema.ts'

interface ReadAheadOptions {
  readonly db: Db
  readonly now: () => number
  readonly tz: string
  readonly contract?: PriceBook | undefined
  /** Ends early, without an error, where the signal says so. */
  readonly sleep?: Sleep
}

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/** After a start others come first. */
const FIRST_AFTER_MS = 10_000
const EVERY_MS = 3_600_000
/** It rests three times as long as it has worked: requests go before. */
const REST = 3

/**
 * Reads the days of the server's own zone that nobody has asked for yet, some time after the start and every hour: after a
 * first sync, new prices or a machine that was hidden, a year would otherwise be read when someone waits for it.
 */
export function readAheadHourly(
  options: ReadAheadOptions,
  failed: (error: unknown) => void,
): { stop(): Promise<void> } {
  const stopped = new AbortController()
  const running = readAgainAndAgain(options, failed, stopped.signal)
  return {
    async stop() {
      stopped.abort()
      await running
    },
  }
}

async function readAgainAndAgain(
  { db, now, tz, contract, sleep = sleepUnwaited }: ReadAheadOptions,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const rest = (ms: number) => sleep(ms, signal)
  const context = { db, owner: ONLY_OWNER, now, tz, prices: { list: listPrices(), contract } }
  for (let pause = FIRST_AFTER_MS; !signal.aborted; pause = EVERY_MS) {
    await rest(pause)
    if (signal.aborted) return
    await readSlowly(readDaysAhead(context), { now, rest, signal }).catch(failed)
  }
}

async function readSlowly(
  pieces: AsyncGenerator<void>,
  { now, rest, signal }: { now: () => number; rest: (ms: number) => Promise<void>; signal: AbortSignal },
): Promise<void> {
  for (let started = now(); !(await pieces.next()).done; started = now()) {
    await rest(REST * Math.max(0, now() - started))
    if (signal.aborted) return
  }
}

/** A process that has nothing else to do does not wait for it. */
const sleepUnwaited: Sleep = (ms, signal) => timer(ms, undefined, { signal, ref: false }).catch(() => undefined)

import { signedIn } from '../../sources/claude-code/account.ts'
import { parseRateLimits, type ToldLimits } from '../../sources/claude-code/rate-limits.ts'
import type { LimitSample } from '../../core/limits.ts'
import { recordLimits } from '../../store/limits.ts'
import { openMachineLedger } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { localReports } from '../answer-from.ts'
import { automaticFile } from '../automatic/places.ts'
import { readSmallFile, writeSmallFile } from '../automatic/small-files.ts'
import { ledgerPath } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'
import { identify } from '../this-machine.ts'
import { addLimits } from './facts.ts'

/** So many sessions are remembered. */
const SESSIONS = 50

/** What a session told last, by window, as text. */
type Heard = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * Records what Claude Code tells its status line of the plan's limits. Only what is new of a session counts: one that
 * lies idle goes on telling what it once heard, and that must not pass for newer than what another one hears. Returns
 * whether anything was new.
 */
export async function hearLimits(input: string, surroundings: Surroundings): Promise<boolean> {
  const told = parseRateLimits(input)
  const windows = await newOf(told, surroundings)
  if (windows.length === 0) return false
  const seen_at = surroundings.now()
  const { account } = signedIn(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    await ledger.db.transaction().execute(async (tx) => {
      const { machine } = await identify(ledger, tx, surroundings)
      const samples = windows.map((window): LimitSample => ({ ...window, account, machine, seen_at }))
      await recordLimits(tx, ONLY_OWNER, samples, seen_at)
    })
    const { limits } = await (await localReports(ledger, surroundings)).limits({})
    await addLimits(limits, surroundings)
  } finally {
    await ledger.close()
  }
  return true
}

async function newOf({ session, windows }: ToldLimits, surroundings: Surroundings): Promise<ToldLimits['windows']> {
  const path = automaticFile(surroundings, 'limits-heard.json')
  const heard = (readSmallFile<Heard>(path) ?? {}) as Heard
  const before = heard[session] ?? {}
  const text = ({ used_percent, resets_at }: ToldLimits['windows'][number]) => `${used_percent} ${resets_at}`
  // Where one window is another than before, the session has just had an answer, and the others are as fresh.
  const fresh = windows.some((window) => before[window.window] !== text(window)) ? windows : []
  if (fresh.length === 0) return fresh
  const { [session]: _, ...others } = heard
  const now = { ...before, ...Object.fromEntries(fresh.map((window) => [window.window, text(window)])) }
  await writeSmallFile(path, Object.fromEntries([...Object.entries(others).slice(1 - SESSIONS), [session, now]]))
  return fresh
}

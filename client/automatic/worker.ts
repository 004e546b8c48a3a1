import { Problem } from '../../core/problem.ts'
import { takeProcessLock } from '../../store/process-lock.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Caller } from './callers.ts'
import { callsSoFar, noteCall } from './calls.ts'
import { logRun } from './log.ts'
import { automaticFile } from './places.ts'
import { runOnce } from './run.ts'
import { restOf } from './backoff.ts'
import { healShim } from './shim.ts'
import { readState, writeState } from './state.ts'

/** Claude Code writes its transcript a moment after it calls a hook. */
const SETTLE_MS = 1_000
/** Two runs are so far apart, however often someone calls. The last call of many always gets a run after it. */
export const DEBOUNCE_MS = 30_000

/**
 * `forge sync --auto`: what hooks and timers call. Says nothing and never fails: what there is to say is in its log. At
 * most one process works; the others note that they called and end at once, and whoever works goes once more.
 */
export async function automaticSync(caller: Caller, surroundings: Surroundings): Promise<void> {
  try {
    noteCall(caller, surroundings)
    // Whoever got here by the long way, past a Node that is gone, makes it short again.
    await healShim(surroundings)
    for (let served = ''; served !== callsSoFar(surroundings);) {
      const release = takeProcessLock(automaticFile(surroundings, 'lock'))
      // Whoever has it looks for calls after it has let go of it, so this one is seen.
      if (release === undefined) return
      try {
        served = await workOff(served, caller, surroundings)
      } finally {
        release()
      }
    }
  } catch (error) {
    logFailure(error, caller, surroundings)
  }
}

/** Runs until no one has called since a run began; returns the calls that were served. */
async function workOff(before: string, caller: Caller, surroundings: Surroundings): Promise<string> {
  let served = before
  while (served !== callsSoFar(surroundings)) {
    const { ended_at } = readState(surroundings)
    await surroundings.sleep(Math.max(SETTLE_MS, restOf(DEBOUNCE_MS, ended_at, surroundings.now())))
    served = callsSoFar(surroundings)
    try {
      await runOnce(caller, surroundings)
    } catch (error) {
      // A busy ledger, a full disk: the next call tries again.
      logFailure(error, caller, surroundings)
      writeState(surroundings, { ...readState(surroundings), ended_at: surroundings.now() })
    }
  }
  return served
}

function logFailure(error: unknown, by: Caller, surroundings: Surroundings): void {
  const at = new Date(surroundings.now()).toISOString()
  const problem =
    error instanceof Problem
      ? { code: error.code, message: error.message }
      : error instanceof Error
        ? { code: 'unexpected' as const, message: error.message, stack: error.stack ?? '' }
        : { code: 'unexpected' as const, message: String(error) }
  logRun({ at, by, ms: 0, problem }, surroundings)
}

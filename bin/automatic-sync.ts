import { setPriority } from 'node:os'
import type { Caller } from '../client/automatic/callers.ts'
import { automaticSync } from '../client/automatic/worker.ts'
import type { ExitCode, Surroundings } from '../client/surroundings.ts'

/** The nice level of `nice` itself: whoever works at this machine comes first. */
const NICE = 10

/** `forge sync --auto`: stands back behind everything else on the machine, and always ends with 0. */
export async function automaticSyncCommand(by: Caller, surroundings: Surroundings): Promise<ExitCode> {
  try {
    setPriority(NICE)
  } catch {
    // Some containers forbid it. It is a courtesy only.
  }
  await automaticSync(by, surroundings)
  return 0
}

import { Socket } from 'node:net'
import type { Caller } from '../client/automatic/callers.ts'
import { standBack } from '../client/automatic/stand-back.ts'
import { automaticSync } from '../client/automatic/worker.ts'
import type { ExitCode, Surroundings } from '../client/surroundings.ts'

/** `forge sync --auto`: stands back behind everything else on the machine, and always ends with 0. */
export async function automaticSyncCommand(by: Caller, surroundings: Surroundings): Promise<ExitCode> {
  standBack()
  // Claude Code writes to its hooks. What it says is not looked at, but a closed pipe would be an error to it.
  process.stdin.on('error', () => undefined).resume()
  if (process.stdin instanceof Socket) process.stdin.unref()
  await automaticSync(by, surroundings)
  return 0
}

import { Problem } from '../core/problem.ts'
import { type StorageFault, storageFault } from '../store/storage-fault.ts'

const FAULTS: Partial<Record<StorageFault, readonly [why: string, hint: string]>> = {
  busy: ['it is busy: another forge is writing to it', 'Try again in a moment.'],
  full: ['the disk is full', 'Free some space and try again.'],
  'broken disk': ['the disk does not read or write', 'Check the disk and its file system.'],
  'read-only': ['it cannot be written', 'Check that ~/.claudeforge belongs to you.'],
}

/** What a person is told when the ledger could not be written or read; undefined where something else went wrong. */
export function ledgerProblem(error: unknown): Problem | undefined {
  const fault = storageFault(error)
  // A machine's ledger is a file, so a fault of a database elsewhere is none of its.
  const [why, hint] = (fault === undefined ? undefined : FAULTS[fault]) ?? []
  if (why === undefined) return undefined
  return new Problem('storage', `The ledger could not be used: ${why}. Nothing in it was changed.`, {
    hint: `${hint} What was not read yet is read then.`,
    cause: error,
  })
}

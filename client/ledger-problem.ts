import { Problem } from '../core/problem.ts'
import { storageFault } from '../store/storage-fault.ts'

const FAULTS = {
  busy: ['it is busy: another forge is writing to it', 'Try again in a moment.'],
  full: ['the disk is full', 'Free some space and try again.'],
  'broken disk': ['the disk does not read or write', 'Check the disk and its file system.'],
  'read-only': ['it cannot be written', 'Check that ~/.claudeforge belongs to you.'],
} as const

/** What a person is told when the ledger could not be written or read; undefined where something else went wrong. */
export function ledgerProblem(error: unknown): Problem | undefined {
  const fault = storageFault(error)
  if (fault === undefined) return undefined
  const [why, hint] = FAULTS[fault]
  return new Problem('storage', `The ledger could not be used: ${why}. Nothing in it was changed.`, {
    hint: `${hint} What was not read yet is read then.`,
    cause: error,
  })
}

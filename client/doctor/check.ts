import type { Ledger } from '../../store/open.ts'
import type { Config } from '../config.ts'
import type { MachineStatus } from '../status/machine-status.ts'
import type { Surroundings } from '../surroundings.ts'

/** What a check found. `warn` is worth a look, `fail` keeps something from working, `skip` could not be looked at. */
export interface Check {
  /** Stable, for programs. */
  readonly id: string
  /** For people, in a word or two. */
  readonly label: string
  readonly status: 'pass' | 'warn' | 'fail' | 'skip'
  readonly detail: string
  /** What to do about it. */
  readonly next?: string | undefined
  /** What `--fix` would do, and does. */
  readonly fix?: { readonly about: string; readonly run: () => Promise<void> } | undefined
}

/** What all checks look at. */
export interface Patient {
  readonly config: Config
  /** Undefined where it cannot be opened. */
  readonly ledger: Ledger | undefined
  readonly machine: MachineStatus | undefined
  readonly surroundings: Surroundings
  /** Of this program. */
  readonly version: string
}

type Finding = Pick<Check, 'detail' | 'next' | 'fix'>

/** A kind of check, for each of its outcomes a function. */
export function checking(id: string, label: string) {
  const outcome =
    (status: Check['status']) =>
    (detail: string, more: Omit<Finding, 'detail'> = {}) =>
      ({ id, label, status, detail, ...more }) satisfies Check as Check
  return { pass: outcome('pass'), warn: outcome('warn'), fail: outcome('fail'), skip: outcome('skip') }
}

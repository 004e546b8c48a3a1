/** A machine that was silent for so long, in milliseconds, needs a look: Claude Code deletes what it has not sent after 30 days. */
export const STALE_MS = 7 * 86_400_000

/** Whether a machine is one that should be heard of: not one that was hidden, put away, or made for a job. */
export function isExpected(machine: {
  readonly is_active: boolean
  readonly is_archived: boolean
  readonly is_ephemeral: boolean
}): boolean {
  return machine.is_active && !machine.is_archived && !machine.is_ephemeral
}

import type { MachineChangeRow, MachineEffect } from '../../api/machines.ts'
import { compactCount, counted } from '../../core/format.ts'
import { shortDay } from '../../core/dates.ts'
import { localDay } from '../../core/calendar.ts'

export type MachineAction = MachineChangeRow['action']

/** What a change would do, before it is made. `tz` and `today` are those of who reads it. */
export function effectWords(
  action: MachineAction,
  effect: MachineEffect,
  { tz, today }: { readonly tz: string; readonly today: string },
): string[] {
  const { machine, into, event_count, total_tokens, lost_event_count, lost_tokens, keys, erased_after } = effect
  const all = `${counted(event_count, 'event')} (${compactCount(total_tokens)} tokens)`
  const ending = keys.length === 0 ? [] : [`${counted(keys.length, 'key')} of it end${keys.length === 1 ? 's' : ''}.`]
  switch (action) {
    case 'merge':
      return [
        `${machine.name} becomes ${into?.name ?? ''}: its ${all} count for that, and so does what comes from it later.`,
        ...ending,
      ]
    case 'archive':
      return [`${machine.name} still counts with its ${all}. Nothing is expected of it any more, until it syncs again.`]
    case 'revoke':
      return ending.length === 0
        ? [`${machine.name} has no key of its own.`]
        : [...ending, `What ${machine.name} has sent stays. To send more, it has to log in again.`]
    case 'delete': {
      const kept = event_count - lost_event_count
      const day = erased_after === null ? '' : shortDay(localDay(Date.parse(erased_after), tz), today)
      return [
        `${counted(lost_event_count, 'event')} (${compactCount(lost_tokens)} tokens) of ${machine.name} leave every report.`,
        ...(kept > 0 ? [`${counted(kept, 'event')} that another machine has shown, too, count for that one.`] : []),
        ...ending,
        `Until ${day} this can be taken back; then it is erased for good.`,
      ]
    }
    default:
      return []
  }
}

/** What was done: `merged laptop into studio`. */
export function changeWords({ action, machine, from, to }: MachineChangeRow): string {
  switch (action) {
    case 'rename':
      return `renamed ${from} to ${to}`
    case 'group':
      return to === '' ? `took ${machine.name} out of the group ${from}` : `put ${machine.name} into the group ${to}`
    case 'merge':
      return `merged ${machine.name} into ${to}`
    case 'archive':
      return `archived ${machine.name}`
    case 'keep':
      return `kept ${machine.name} as a machine of its own`
    case 'revoke':
      return `ended the keys of ${machine.name}`
    case 'delete':
      return `deleted ${machine.name}`
  }
}

import type { MachineChangeRequest, MachineChangeRow, MachineEffect } from './machines.ts'
import { counted, fullCount } from '../core/format.ts'

type Action = MachineChangeRequest['action']

/** What a change would come to, a sentence a line, the machine first. */
export function effectLines(change: MachineChangeRequest, effect: MachineEffect): string[] {
  const { machine, into, event_count, total_tokens } = effect
  const has = `${counted(event_count, 'event')} of ${fullCount(total_tokens)} tokens`
  switch (change.action) {
    case 'rename':
      return [`${machine.name} is called ${change.name === '' ? 'by its hostname' : change.name}.`]
    case 'group':
      return [`${machine.name} belongs to ${change.group === '' ? 'no group' : `the group ${change.group}`}.`]
    case 'archive':
      return [`${machine.name} counts (${has}), and nothing is expected of it until it syncs again.`]
    case 'keep':
      return [`${machine.name} is a machine of its own, and not asked about any more.`]
    case 'revoke':
      return [`${machine.name} sends and reads nothing any more.`, keyLine(effect)]
    case 'merge':
      return [`${machine.name} becomes ${into?.name}: all that it has sent, and sends, counts for that.`, `  ${has}`]
    case 'delete':
      return deleteLines(effect, has)
  }
}

function deleteLines(effect: MachineEffect, has: string): string[] {
  const { machine, event_count, lost_event_count, lost_tokens, erased_after } = effect
  const kept = event_count - lost_event_count
  return [
    `${machine.name} is deleted: ${has}.`,
    ...(lost_event_count === 0 ? [] : [`  ${lost(lost_event_count, lost_tokens)}`]),
    ...(kept === 0 ? [] : [`  ${counted(kept, 'event')} of these another machine has shown, too, and keeps`]),
    keyLine(effect),
    `  Erased for good after ${(erased_after ?? '').slice(0, 10)}; until then it can be taken back`,
  ]
}

function lost(events: number, tokens: number): string {
  const [go, them] = events === 1 ? ['goes', 'it'] : ['go', 'them']
  return `${counted(events, 'event')} of ${fullCount(tokens)} tokens ${go}: no other machine has shown ${them}`
}

function keyLine({ keys }: MachineEffect): string {
  if (keys.length === 0) return '  It has no key of its own that would end'
  return `  ${counted(keys.length, 'key')} ${keys.length === 1 ? 'ends' : 'end'}: ${keys.map(({ id }) => id).join(', ')}`
}

/** What was done, and what is asked before. */
export const ACTION_WORDS: Readonly<Record<Action, { readonly done: string; readonly question: string }>> = {
  rename: { done: 'Renamed', question: 'Rename it?' },
  group: { done: 'Grouped', question: 'Group it?' },
  archive: { done: 'Archived', question: 'Archive it?' },
  keep: { done: 'Kept apart:', question: 'Keep it?' },
  revoke: { done: 'Revoked the keys of', question: 'Revoke its keys?' },
  merge: { done: 'Merged', question: 'Merge them?' },
  delete: { done: 'Deleted', question: 'Delete it?' },
}

/** Changes that take something away are shown, and asked about. */
export function takesAway(action: Action): boolean {
  return action === 'delete' || action === 'merge' || action === 'revoke'
}

/** Such as `merge laptop into studio`. */
export function changeText({ action, machine, from, to }: MachineChangeRow): string {
  switch (action) {
    case 'rename':
      return `rename ${from} to ${to}`
    case 'group':
      return to === '' ? `take ${machine.name} out of ${from}` : `group ${machine.name} into ${to}`
    case 'merge':
      return `merge ${machine.name} into ${to}`
    default:
      return `${action} ${machine.name}`
  }
}

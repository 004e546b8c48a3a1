import type { DayFigures, SyncRequest2 } from '../../api/contract.ts'
import { Problem } from '../../core/problem.ts'
import type { UsageEvent } from '../../core/usage-event.ts'
import { countIntroducedBy, introducedBy } from '../../store/machines.ts'
import type { OwnerId } from '../../store/schema.ts'
import type { MachineIntroduction } from '../../store/meet-machine.ts'
import type { Tx } from '../../store/open.ts'
import type { Caller } from '../access/caller.ts'

/**
 * Who sends a batch, as the key says it and not the batch: a machine's key sends as that machine, or as one that it
 * brought first, as a copied home does, or who carries batches from a place without a network. An administrator's key
 * sends as any machine. Throws `forbidden` for a machine that came with another key.
 */
export async function senderOf(
  tx: Tx,
  caller: Caller,
  { machine, carried_by }: Pick<SyncRequest2, 'machine' | 'carried_by'>,
): Promise<MachineIntroduction> {
  const { scopes, machine: own, brings } = caller
  const { id, hostname, running, group, is_ephemeral, cleanup_period_days = 0 } = machine
  const said: MachineIntroduction = {
    id,
    hostname,
    protocol: 2,
    group: brings?.group || group || '',
    is_ephemeral: brings?.is_ephemeral || is_ephemeral || false,
    introduced_by: brings?.family ?? '',
    cleanup_period_days,
    ...(running === undefined ? {} : { running }),
  }
  if (scopes.includes('admin') || own === id) return said
  await mustHaveBrought(tx, caller, { id, hostname })
  // Who carries the batches of another machine says so; who does not has its files.
  return own === undefined || carried_by === own ? said : { ...said, copied_from: own }
}

/** Throws `forbidden` where a machine is known, and came with another key than this one. */
export async function mustHaveBrought(
  tx: Tx,
  { owner, scopes, machine: own, brings }: Caller,
  { id, hostname }: Pick<MachineIntroduction, 'id' | 'hostname'>,
): Promise<void> {
  if (scopes.includes('admin') || own === id) return
  const by = await introducedBy(tx, owner, id)
  if (by === undefined && own !== undefined) await mustNotBringMore(tx, owner, brings?.family ?? '')
  const isTheirs = by === undefined || by === brings?.family || (own === undefined && by === '')
  if (isTheirs) return
  throw new Problem('forbidden', `This key is not the one of ${hostname}.`, {
    hint: 'Each machine has a key of its own: forge login URL',
  })
}

/** A machine has a copy or two; a key that brings more was stolen, or belongs to a job: forge key add --group. */
const MOST_BROUGHT = 20

async function mustNotBringMore(tx: Tx, owner: OwnerId, family: string): Promise<void> {
  if ((await countIntroducedBy(tx, owner, family)) < MOST_BROUGHT) return
  throw new Problem('forbidden', `This machine's key has brought ${MOST_BROUGHT} other machines already.`, {
    hint: 'For many machines: forge key add --kind machine --group NAME',
  })
}

/** Events as this sender may show them: what it says of other machines, it says for itself. */
export function shownBy(
  events: readonly UsageEvent[],
  sender: string,
  { scopes, machine: own }: Caller,
): readonly UsageEvent[] {
  if (scopes.includes('admin') || events.every(({ machine }) => machine === sender)) return events
  return events.map((event) =>
    event.machine === sender || event.machine === own ? event : { ...event, machine: sender },
  )
}

/** The same of day figures. What was imported is said of whichever machine, apart from what machines say themselves. */
export function figuresShownBy(days: DayFigures, sender: string, { scopes }: Caller): DayFigures {
  if (scopes.includes('admin')) return days
  const own = <R extends { readonly machine: string; readonly origin: string }>(rows: readonly R[]) =>
    rows.map((row) => (row.origin.includes(':') ? row : { ...row, machine: sender }))
  const { snapshots, figures, activity, models } = days
  return { snapshots: own(snapshots), figures: own(figures), activity: own(activity), models: own(models) }
}

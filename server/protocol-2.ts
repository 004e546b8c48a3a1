import type { DayFigures, SyncAnswer2, SyncRequest2 } from '../api/contract.ts'
import { decodeEvents } from '../api/event-table.ts'
import { keptProject, type ProjectPrivacy } from '../api/project-names.ts'
import type { FigureSet, FigureSnapshot } from '../core/day-figure.ts'
import type { LimitSample } from '../core/limits.ts'
import { Problem } from '../core/problem.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { type CoverageSpan, recordCoverage } from '../store/coverage.ts'
import { recordFigures } from '../store/day-figures.ts'
import { machineOfFigures, ofMachine, withdrawFigures, withdrawnAmong } from '../store/imports.ts'
import type { Tx } from '../store/open.ts'
import type { OwnerId } from '../store/schema.ts'
import { recordLimits } from '../store/limits.ts'
import { meetMachine } from '../store/meet-machine.ts'
import { recordProjects } from '../store/projects.ts'
import { receivedPosition, setReceived } from '../store/received.ts'
import type { Turns } from '../store/turns.ts'
import type { Caller } from './access/caller.ts'
import type { ServerLedger } from './endpoint.ts'
import { figuresShownBy, senderOf, shownBy } from './machines/sender.ts'

/**
 * Records a batch and moves the sender's position, in one transaction. A batch may come twice, late or overlapping: it
 * then changes nothing, and the position never goes back. Throws `position-mismatch` for one that starts after what
 * was received, since what lies between is missing here.
 */
export async function receive2(
  { turns, now, projects }: ReceivingLedger,
  caller: Caller,
  batch: SyncRequest2,
): Promise<SyncAnswer2> {
  const { machine, ledger, after, up_to } = batch
  const { owner } = caller
  if (up_to < after) {
    throw new Problem('invalid-request', `The batch ends (up_to ${up_to}) before it starts (after ${after}).`, {
      details: { errors: [{ pointer: '/up_to', detail: 'must not be smaller than after' }] },
    })
  }
  const { events, rejected, ignored_columns } = decodeEvents(batch.events)
  const kept = keptEvents(shownBy(events, machine.id, caller), projects)
  let isCloned = false
  return turns.take({
    events: kept,
    async before(tx) {
      const { cloned } = await meetMachine(tx, owner, await senderOf(tx, caller, batch), now())
      isCloned = cloned
      const expected = await receivedPosition(tx, owner, machine.id, ledger)
      if (after > expected) {
        throw new Problem('position-mismatch', `Expected events after ${expected}, got events after ${after}.`, {
          hint: `Send again from position ${expected}.`,
          details: { expected },
        })
      }
      // At once, since the next batch of this ledger may share the transaction.
      await setReceived(tx, owner, { machine: machine.id, ledger, position: Math.max(up_to, expected) })
    },
    async after(tx, { added, grown, unchanged }) {
      if (projects.level === 'names') await recordProjects(tx, owner, labels(batch))
      for (const origin of batch.withdrawn ?? []) await withdrawFigures(tx, owner, origin, 0)
      if (batch.days !== undefined) {
        await receiveFigures(tx, owner, figuresShownBy(batch.days, machine.id, caller), now())
      }
      await recordLimits(tx, owner, limits(batch), now())
      await recordCoverage(tx, owner, machine.id, untilNow(batch.coverage ?? [], now()))
      return {
        protocol_version: 2,
        acknowledged: up_to,
        stored: added + grown,
        unchanged,
        rejected: [...rejected],
        ignored_columns,
        ...(isCloned ? { notice: 'cloned' } : {}),
      }
    },
  })
}

/** A ledger with the turns in which batches are recorded. */
export interface ReceivingLedger extends ServerLedger {
  readonly turns: Turns
}

/** The events with as much of their projects as is kept here. */
function keptEvents(events: readonly UsageEvent[], projects: ProjectPrivacy): readonly UsageEvent[] {
  if (projects.level === 'names') return events
  return events.map((event) => ({ ...event, project: keptProject(event.project, projects) }))
}

/** Nobody has read what is still to come: a machine says so whose clock is ahead. */
function untilNow(spans: readonly CoverageSpan[], now: number): CoverageSpan[] {
  return spans.map(({ starts, ends }) => ({ starts, ends: Math.min(ends, now) }))
}

function limits({ machine, limits: told = [] }: SyncRequest2): LimitSample[] {
  return told.map((sample) => ({ ...sample, machine: machine.id }))
}

function labels({ projects = [] }: SyncRequest2): ReadonlyMap<string, string> {
  return new Map(projects.map(({ project, label }) => [project, label]))
}

/** Records day figures, but for those of imports that were undone and of machines that were erased. */
async function receiveFigures(tx: Tx, owner: OwnerId, days: DayFigures, now: number): Promise<void> {
  const sets = figureSets(days)
  const withdrawn = await withdrawnAmong(
    tx,
    owner,
    sets.map(({ snapshot }) => snapshot.origin),
  )
  for (const set of sets.filter(({ snapshot }) => !withdrawn.has(snapshot.origin))) {
    const machine = await machineOfFigures(tx, owner, set)
    if (machine !== undefined) await recordFigures(tx, owner, ofMachine(set, machine), now)
  }
}

/** The figures of each machine and origin, with what they say of themselves. */
function figureSets(days: DayFigures): FigureSet[] {
  const sets = new Map<
    string,
    { snapshot: FigureSnapshot } & { [K in 'figures' | 'activity' | 'models']: DayFigures[K] }
  >()
  const setOf = ({ machine, origin }: Pick<FigureSnapshot, 'machine' | 'origin'>) => {
    const key = `${origin} ${machine}`
    let set = sets.get(key)
    if (set === undefined) {
      const snapshot = { machine, origin, version: 0, basis: '', last_day: '', first_day: '' } as const
      sets.set(key, (set = { snapshot, figures: [], activity: [], models: [] }))
    }
    return set
  }
  for (const snapshot of days.snapshots) setOf(snapshot).snapshot = snapshot
  for (const figure of days.figures) setOf(figure).figures.push(figure)
  for (const activity of days.activity) setOf(activity).activity.push(activity)
  for (const model of days.models) setOf(model).models.push(model)
  return [...sets.values()]
}

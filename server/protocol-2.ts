import type { DayFigures, SyncAnswer2, SyncRequest2 } from '../api/contract.ts'
import { decodeEvents } from '../api/event-table.ts'
import type { FigureSet, FigureSnapshot } from '../core/day-figure.ts'
import { Problem } from '../core/problem.ts'
import { recordFigures } from '../store/day-figures.ts'
import { record } from '../store/ledger.ts'
import { meetMachine } from '../store/machines.ts'
import { receivedPosition, setReceived } from '../store/received.ts'
import type { ServerLedger } from './endpoint.ts'

/**
 * Records a batch and moves the sender's position, in one transaction. A batch may come twice, late or overlapping: it
 * then changes nothing, and the position never goes back. Throws `position-mismatch` for one that starts after what
 * was received, since what lies between is missing here.
 */
export async function receive2({ db, owner, now }: ServerLedger, batch: SyncRequest2): Promise<SyncAnswer2> {
  const { machine, ledger, after, up_to } = batch
  if (up_to < after) {
    throw new Problem('invalid-request', `The batch ends (up_to ${up_to}) before it starts (after ${after}).`, {
      details: { errors: [{ pointer: '/up_to', detail: 'must not be smaller than after' }] },
    })
  }
  const { events, rejected, ignored_columns } = decodeEvents(batch.events)
  return db.transaction().execute(async (tx) => {
    await meetMachine(tx, owner, { ...machine, protocol: 2 }, now())
    const expected = await receivedPosition(tx, owner, machine.id, ledger)
    if (after > expected) {
      throw new Problem('position-mismatch', `Expected events after ${expected}, got events after ${after}.`, {
        hint: `Send again from position ${expected}.`,
        details: { expected },
      })
    }
    const { added, grown, unchanged } = await record(tx, owner, events)
    for (const set of batch.days === undefined ? [] : figureSets(batch.days)) {
      await recordFigures(tx, owner, set, now())
    }
    await setReceived(tx, owner, { machine: machine.id, ledger, position: Math.max(up_to, expected) })
    return {
      protocol_version: 2,
      acknowledged: up_to,
      stored: added + grown,
      unchanged,
      rejected: [...rejected],
      ignored_columns,
    }
  })
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

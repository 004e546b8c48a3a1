import { overdueMachines } from '../../store/machine-changes.ts'
import type { Db } from '../../store/open.ts'
import { transact } from '../../store/transact.ts'
import { erase } from './let-in-again.ts'

/** Erases for good what was deleted, once that can no longer be taken back; returns the ids of the machines. */
export async function eraseOverdue(db: Db, now: () => number): Promise<readonly string[]> {
  const machines = await overdueMachines(db, now())
  for (const { owner, id } of machines) {
    await transact(db, owner, async (tx) => {
      // Another server may have done it, or someone taken it back in the last moment.
      if (!(await overdueMachines(tx, now())).some((machine) => machine.owner === owner && machine.id === id)) return
      await erase(tx, owner, id, now())
    })
  }
  return machines.map(({ id }) => id)
}

const HOUR_MS = 3_600_000

/** Does so now, and every hour until it is stopped. What goes wrong is tried again an hour later. */
export function eraseOverdueHourly(
  db: Db,
  now: () => number,
  failed: (error: unknown) => void,
): { stop(): Promise<void> } {
  const erase = async () => void (await eraseOverdue(db, now).catch(failed))
  let running = erase()
  const timer = setInterval(() => {
    running = erase()
  }, HOUR_MS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}

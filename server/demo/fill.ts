import { recordCoverage } from '../../store/coverage.ts'
import { record } from '../../store/ledger.ts'
import { recordLimits } from '../../store/limits.ts'
import { setCleanupPeriod } from '../../store/machines.ts'
import { meetMachine } from '../../store/meet-machine.ts'
import type { Db } from '../../store/open.ts'
import { recordProjects } from '../../store/projects.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { demoLimits } from './limits.ts'
import { DEMO_MACHINES, DEMO_PROJECTS, demoYear } from './year.ts'

const DAY = 86_400_000
const YEAR = 372 * DAY
const BATCH = 5000

/** Fills an empty ledger with the made-up year that ends now, as three machines would have sent it. */
export async function fillDemo(db: Db, now: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const { id, hostname, ago, missing, cleanup_period_days } of DEMO_MACHINES) {
      await meetMachine(tx, ONLY_OWNER, { id, hostname, protocol: 2 }, now - ago)
      await setCleanupPeriod(tx, ONLY_OWNER, id, cleanup_period_days)
      const [starts, ends] = [now - YEAR, now - ago]
      const gap = missing === undefined ? undefined : { starts: now - missing[0] * DAY, ends: now - missing[1] * DAY }
      const spans =
        gap === undefined
          ? [{ starts, ends }]
          : [
              { starts, ends: gap.starts },
              { starts: gap.ends, ends },
            ]
      await recordCoverage(tx, ONLY_OWNER, id, spans)
    }
    await recordProjects(tx, ONLY_OWNER, DEMO_PROJECTS)
    await recordLimits(tx, ONLY_OWNER, demoLimits(now), now)
  })
  const events = demoYear(now)
  for (let i = 0; i < events.length; i += BATCH) {
    await db.transaction().execute((tx) => record(tx, ONLY_OWNER, events.slice(i, i + BATCH)))
  }
}

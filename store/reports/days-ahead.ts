import { localDay } from '../../core/calendar.ts'
import { addDays, type Day, dayFromNumber } from '../../core/day.ts'
import type { ReportContext } from './context.ts'
import { UsageByDays } from './days.ts'
import { filterOf } from './filter.ts'
import { fingerprintOf, Pricer } from './pricer.ts'
import { RememberedDays } from './remembered-days.ts'

const AT_ONCE = 2

/**
 * Reads all days that are over, from the last one back, and keeps them for whoever asks first. It comes back after each few
 * of them, and may be left there.
 */
export async function* readDaysAhead(given: Omit<ReportContext, 'daysOf'>): AsyncGenerator<void> {
  const { db, owner, now, tz, prices } = given
  const first = await firstDay(given)
  if (first === undefined) return
  const options = { db, owner, now, pricer: new Pricer(prices), kept_under: fingerprintOf(prices) }
  const days = new UsageByDays(options, new RememberedDays(1))
  const filter = await filterOf({ ...given, daysOf: (asked, by) => days.of(asked, by) }, {})
  for (let to = addDays(localDay(now(), tz), -2); to >= first; to = addDays(to, -AT_ONCE)) {
    await days.of({ from: addDays(to, 1 - AT_ONCE), to, tz }, filter)
    yield
  }
}

/** The first day of any zone that can have anything. */
async function firstDay({ db, owner }: Pick<ReportContext, 'db' | 'owner'>): Promise<Day | undefined> {
  const row = await db
    .selectFrom('day_version')
    .select('day')
    .where('owner', '=', owner)
    .orderBy('day')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : addDays(dayFromNumber(row.day), -1)
}

import { localDay } from '../../core/calendar.ts'
import { addDays } from '../../core/day.ts'
import type { Reports } from '../../core/report-specs.ts'
import type { Surroundings } from '../surroundings.ts'

const DAYS = 30

/** The version of Claude Code that wrote the latest usage here; of two on one day the newer. Undefined where none is known. */
export async function claudeVersion(
  reports: Pick<Reports, 'usage'>,
  { now, zone: tz }: Pick<Surroundings, 'now' | 'zone'>,
): Promise<string | undefined> {
  const to = localDay(now(), tz)
  const { rows } = await reports.usage({ from: addDays(to, 1 - DAYS), to, tz, by: 'version' })
  const known = rows.filter(({ group }) => /^\d/.test(group))
  const latest = known.reduce((last, { date }) => (date > last ? date : last), '')
  const ofLatest = known.filter(({ date }) => date === latest).map(({ group }) => group)
  return ofLatest.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
}

import type { Day } from '../../core/day.ts'
import type { RecentGrouping } from '../../core/recent.ts'

/** Where the server's own page shows the same: today's sessions, with one of them opened, or those of one group. */
export function dashboardAddress(
  server_url: string,
  { date, by, group }: { readonly date: Day; readonly by: RecentGrouping; readonly group: string | undefined },
): string {
  const parameters = new URLSearchParams({ from: date, to: date })
  if (group !== undefined) parameters.set(by === 'session' ? 'open' : by, group)
  return `${server_url}/sessions?${parameters}`
}

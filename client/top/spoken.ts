import { duration } from '../../core/dates.ts'
import { counted } from '../../core/format.ts'
import { groupNames } from '../../core/group-names.ts'
import { percentText, windowName } from '../../core/limit-words.ts'
import type { RecentRow } from '../../core/report-specs.ts'
import { COST_IS } from '../commands/report/cost-sentences.ts'
import { rowCostText, spokenCount } from '../commands/tokens/numbers.ts'
import type { Style } from '../terminal/style.ts'
import { printable } from '../terminal/text.ts'
import { perMinute } from './hour.ts'
import { type Answered, isAtWork, NOTHING_TODAY, shownRows } from './known.ts'

/** The last hour to be read aloud: today, the limits, and a sentence for each who is at work. */
export function spokenLines(answered: Answered, now: number, style: Style): string[] {
  const { answer, by, scope } = answered
  const { totals, limits } = answer
  const rows = shownRows({ answered, problem: undefined, isLive: undefined }, now)
  if (rows.length === 0) return NOTHING_TODAY
  const atWork = rows.filter((row) => isAtWork(row, now)).length
  const where = scope === 'local' ? 'this machine' : 'all machines'
  return [
    `Today, ${where}: ${spokenCount(totals.total_tokens, {})} tokens, ${rowCostText(totals, style)}; ${counted(atWork, by)} at work.`,
    ...limits.map((limit) => `${printable(windowName(limit.window), style)}: ${percentText(limit)}.`),
    ...rows.map((row) => rowSentence(row, by === 'session', now, style)),
    COST_IS,
  ]
}

/** `studio, claudeforge, opus-4-5: 21.4 thousand tokens a minute; today 611 thousand, $1.41; last 2 min ago.` */
function rowSentence(row: RecentRow, isSession: boolean, now: number, style: Style): string {
  const { machines, projects, models, group, total_tokens, points, last_activity } = row
  const names = isSession ? [machines[0], projects[0], ...groupNames(models.slice(0, 1), 'model').values()] : [group]
  const who = names.map((name) => printable(name ?? '', style).trim() || 'unknown').join(', ')
  const rate = Math.round(perMinute(points, now, 'tokens'))
  const lately = rate === 0 ? '' : `${spokenCount(rate, {})} tokens a minute; `
  const last = duration(Math.max(0, now - Date.parse(last_activity)))
  return `${who}: ${lately}today ${spokenCount(total_tokens, {})}, ${rowCostText(row, style)}; last ${last} ago.`
}

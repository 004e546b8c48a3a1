import { compactCount } from '../../core/format.ts'
import { groupNames } from '../../core/group-names.ts'
import { dollars } from '../../core/money.ts'
import type { RecentGrouping } from '../../core/recent.ts'
import type { RecentRow } from '../../core/report-specs.ts'
import { rowCostText } from '../commands/tokens/numbers.ts'
import { paint, type Style } from '../terminal/style.ts'
import { type TableColumn, tableLines } from '../terminal/table.ts'
import { printable } from '../terminal/text.ts'
import { perMinute, picodollars, type TopMetric } from './hour.ts'
import { isAtWork } from './known.ts'

/** From so many columns on times are told in words, and there is room for more. */
const WIDE = 110

interface Shown {
  readonly by: RecentGrouping
  readonly metric: TopMetric
  readonly now: number
  readonly selected: string | undefined
}

/** A heading, and a line for each row. */
export function topTable(rows: readonly RecentRow[], shown: Shown, style: Style): string[] {
  const [heading = '', ...lines] = tableLines(columnsOf(rows, shown, style), style)
  return [
    heading,
    ...lines.map((line, i) => (rows[i]?.group === shown.selected ? paint(line, 'selected', style) : line)),
  ]
}

function columnsOf(rows: readonly RecentRow[], shown: Shown, style: Style): TableColumn[] {
  const { metric, now } = shown
  return [
    { heading: '', cells: rows.map((row) => sign(row, shown, style)) },
    ...nameColumns(rows, shown.by, style),
    {
      heading: metric === 'tokens' ? 'TOK/MIN' : '$/HOUR',
      cells: rows.map((row) => rateText(perMinute(row.points, now, metric), metric)),
      align: 'right',
    },
    { heading: 'TODAY', cells: rows.map((row) => compactCount(row.total_tokens)), align: 'right' },
    { heading: 'COST', cells: rows.map((row) => rowCostText(row, style)), align: 'right' },
    {
      heading: style.width >= WIDE ? 'LAST ACTIVITY' : 'LAST',
      cells: rows.map(({ last_activity }) => lastText(now - Date.parse(last_activity), style)),
      rank: 9,
    },
  ]
}

/** Whose rows they are, with what was at work there as far as there is room. */
function nameColumns(rows: readonly RecentRow[], by: RecentGrouping, style: Style): TableColumn[] {
  const models = groupNames(
    rows.flatMap((row) => (by === 'model' ? [row.group, ...row.models] : row.models)),
    'model',
  )
  const named = (heading: string, names: (row: RecentRow) => readonly string[], rank?: number): TableColumn => ({
    heading,
    cells: rows.map((row) => listText(names(row), style)),
    shortest: 10,
    ...(rank === undefined ? {} : { rank }),
  })
  const machines = named('MACHINE', (row) => row.machines, 7)
  const projects = named('PROJECT', (row) => row.projects, 8)
  const model = named('MODEL', (row) => row.models.map((name) => models.get(name) ?? name), 4)
  const group = (heading: string, name = (key: string) => key) => named(heading, (row) => [name(row.group)])
  const sessions: TableColumn = {
    heading: 'SESSIONS',
    cells: rows.map(({ session_count }) => compactCount(session_count)),
    align: 'right',
    rank: 5,
  }
  switch (by) {
    case 'session': {
      const context = rows.map(({ context_tokens }) => compactCount(context_tokens ?? 0))
      const column: TableColumn = { heading: 'CONTEXT', cells: context, align: 'right', rank: 2 }
      return [machines, projects, model, ...(style.width >= WIDE ? [column] : [])]
    }
    case 'machine':
      return [group('MACHINE'), projects, model, sessions]
    case 'project':
      return [group('PROJECT'), machines, model, sessions]
    case 'model':
      return [group('MODEL', (key) => models.get(key) ?? key), projects, machines, sessions]
  }
}

/** The first of some names, and how many more there are. */
function listText(names: readonly string[], style: Style): string {
  const [first, ...more] = names
  if (first === undefined) return '-'
  const name = printable(first, style).trim() || 'unknown'
  return more.length === 0 ? name : `${name} +${more.length}`
}

/** `●` at work, `○` not now; `›` before it where the row is selected, which no colour need tell. */
function sign(row: RecentRow, { now, selected }: Shown, style: Style): string {
  const pointer = selected === undefined ? '' : row.group === selected ? (style.ascii ? '>' : '›') : ' '
  const atWork = isAtWork(row, now)
  const glyph = style.ascii ? (atWork ? '*' : 'o') : atWork ? '●' : '○'
  return pointer + paint(glyph, atWork ? 'ok' : 'dim', style)
}

/** `21.4K` tokens a minute, or `$4.20` an hour; `-` for none. */
export function rateText(each_minute: number, metric: TopMetric): string {
  if (each_minute === 0) return '-'
  return metric === 'tokens'
    ? compactCount(Math.max(1, Math.round(each_minute)))
    : dollars(picodollars(60 * each_minute))
}

/** `now`, `40 s`, `52 min`, `3 h`; with `ago` where there is room. */
function lastText(ms: number, { width }: Style): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 5) return 'now'
  const minutes = Math.round(seconds / 60)
  const text = seconds < 60 ? `${seconds} s` : minutes < 60 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
  return width >= WIDE ? `${text} ago` : text
}

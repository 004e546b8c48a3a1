import { localDay, localTime } from '../../../core/calendar.ts'
import { compactCount } from '../../../core/format.ts'
import { dollars } from '../../../core/money.ts'
import type { BlockRow, Reports } from '../../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { duration, shortDay } from '../../../core/dates.ts'
import type { Style } from '../../terminal/style.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { rangeQuestion, type ReportOptions } from '../report/options.ts'
import { blockRows } from '../../../core/report-rows.ts'
import type { Scope } from '../report/run.ts'
import { whyNothing } from '../report/nothing.ts'
import { columnsOf, modelsText } from './columns.ts'
import { costNotes, headOf, usd } from './parts.ts'

const DEFAULT_DAYS = 7
const MINUTE = 60_000

/** `forge blocks`: five-hour blocks as the logs show them. They are no plan limits; those only Claude Code knows. */
export async function showBlocks(
  reports: Reports,
  options: ReportOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, DEFAULT_DAYS)
  const answer = await reports.blocks({ ...question.range, ...question.filters })
  const { blocks } = answer
  const nothing = blocks.length === 0 ? await whyNothing(reports, { question, scope }) : undefined
  const { tz } = question.range
  const time = (instant: string) => localTime(Date.parse(instant), tz)
  const active = blocks.find(({ is_active }) => is_active)
  const listing: Listing = {
    ...headOf('Five-hour blocks', answer, { question, scope }),
    rows: blockRows(answer),
    isEmpty: blocks.length === 0,
    table: (style) => {
      const columns = columnsOf(blocks, options, style)
      return {
        columns: [
          columns.text('DAY', ({ starts }) => shortDay(localDay(Date.parse(starts), tz), question.today)),
          columns.text('BLOCK', ({ starts, ends }) => `${time(starts)}${style.signs.to}${time(ends)}`),
          ...columns.usage(),
          ...columns.contract(answer),
          columns.count('SESSIONS', (row) => row.session_count, 2),
          { ...columns.name('MODELS', modelsText, 10), rank: 1 },
          columns.text('', ({ is_active }) => (is_active ? 'now' : ''), 3),
        ],
        bars: columns.bars(),
      }
    },
    notes: (style) =>
      nothing?.(style) ??
      [
        'Blocks begin with the full hour of their first response and are made from logs: tokens, not units of a plan.',
        active === undefined ? '' : pace(active, question.now, style),
        ...costNotes(blocks, answer, options, style),
      ].filter((sentence) => sentence !== ''),
  }
  return printListing(listing, options, surroundings)
}

/** How fast the present block goes, and where it would end at this pace. */
function pace(block: BlockRow, now: number, style: Style): string {
  const passed = now - Date.parse(block.starts)
  const left = Date.parse(block.ends) - now
  if (passed < 10 * MINUTE) return ''
  const whole = (passed + left) / passed
  const cost = usd(block)
  const projected = cost === 0n ? '' : `, ${dollars((cost * BigInt(Math.round(whole * 1000))) / 1000n)}`
  return (
    `Now: ${compactCount(Math.round(block.total_tokens / (passed / MINUTE)))} tokens a minute, ${duration(left)} left; ` +
    `at this pace ${style.signs.about}${compactCount(Math.round(block.total_tokens * whole))} tokens${projected} at its end.`
  )
}

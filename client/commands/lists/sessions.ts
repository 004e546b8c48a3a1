import { localDay, localTime } from '../../../core/calendar.ts'
import type { AnswerOf, Reports, SessionRow } from '../../../core/report-specs.ts'
import { MAX_PAGE } from '../../../core/reports/page.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { duration, shortDay } from '../../../core/dates.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { namesRange, rangeQuestion, type ReportOptions } from '../report/options.ts'
import { sessionRows } from '../../../core/report-rows.ts'
import type { Scope } from '../report/run.ts'
import { whyNothing } from '../report/nothing.ts'
import { columnsOf, modelsText } from './columns.ts'
import { costNotes, headOf } from './parts.ts'

export interface SessionsOptions extends ReportOptions {
  /** So many sessions. */
  readonly limit?: number | undefined
  /** Every session of the range, for programs. */
  readonly all?: boolean | undefined
  /** Where the page before ended. */
  readonly cursor?: string | undefined
}

const DEFAULT_LIMIT = 20

/** `forge sessions`: the latest sessions, with their length, models, messages and cost. Never a word of their text. */
export async function showSessions(
  reports: Reports,
  options: SessionsOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, 30)
  const range = namesRange(options) ? question.range : { tz: question.range.tz }
  const answer = await pages(reports, { ...range, ...question.filters }, options)
  const { sessions, next_cursor } = answer
  const nothing = sessions.length === 0 ? await whyNothing(reports, { question, scope }) : undefined
  const { tz } = question.range
  const started = ({ started_at }: SessionRow) => {
    const at = Date.parse(started_at)
    return `${shortDay(localDay(at, tz), question.today)} ${localTime(at, tz)}`
  }
  const ids = shortIds(sessions)
  const listing: Listing = {
    ...headOf('Sessions', answer, { question, scope }, !namesRange(options)),
    rows: sessionRows(answer),
    isEmpty: sessions.length === 0,
    table: (style) => {
      const columns = columnsOf(sessions, options, style)
      return {
        columns: [
          columns.text('STARTED', started, 9),
          columns.numbers('LENGTH', ({ duration_ms }) => duration(duration_ms), 7),
          columns.name('PROJECT', ({ project }) => project),
          { ...columns.name('MACHINE', ({ hostname }) => hostname, 8), rank: 5 },
          { ...columns.name('MODELS', modelsText, 10), rank: 4 },
          columns.count('MESSAGES', (row) => row.message_count, 3),
          columns.count('TOOLS', (row) => row.tool_call_count, 2),
          ...columns.usage(),
          ...columns.contract(answer),
          { heading: 'ID', cells: ids, rank: 1 },
        ],
      }
    },
    notes: (style) => [
      ...(nothing?.(style) ?? costNotes(sessions, answer, options, style)),
      ...(next_cursor === null ? [] : [`More: --limit N, --all, or the next page: --cursor ${next_cursor}`]),
    ],
  }
  return printListing(listing, options, surroundings)
}

async function pages(
  reports: Reports,
  query: Parameters<Reports['sessions']>[0],
  { limit = DEFAULT_LIMIT, all = false, cursor }: SessionsOptions,
): Promise<AnswerOf<'sessions'>> {
  const wanted = all ? Number.POSITIVE_INFINITY : limit
  let answer = await reports.sessions({ ...query, limit: Math.min(wanted, MAX_PAGE), cursor })
  while (answer.next_cursor !== null && answer.sessions.length < wanted) {
    const rest = Math.min(wanted - answer.sessions.length, MAX_PAGE)
    const next = await reports.sessions({ ...query, limit: rest, cursor: answer.next_cursor })
    const unpriced_models = [...new Set([...answer.unpriced_models, ...next.unpriced_models])]
    answer = { ...next, unpriced_models, sessions: [...answer.sessions, ...next.sessions] }
  }
  return answer
}

/** The shortest beginnings, of at least eight characters, that tell these sessions apart. */
function shortIds(sessions: readonly SessionRow[]): string[] {
  const ids = sessions.map(({ session }) => session)
  let length = 8
  while (length < 36 && new Set(ids.map((id) => id.slice(0, length))).size < new Set(ids).size) length += 4
  return ids.map((id) => id.slice(0, length))
}

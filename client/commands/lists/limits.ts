import { shortAccountName } from '../../../core/account-name.ts'
import { localDay, localTime } from '../../../core/calendar.ts'
import { duration, shortDay } from '../../../core/dates.ts'
import type { BlockRow, LimitRow, Reports } from '../../../core/report-specs.ts'
import { percentText, resetText, stateOf, windowName } from '../../../core/limit-words.ts'
import { meter } from '../../line/formats.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { type Ink, paint, type Style } from '../../terminal/style.ts'
import { flow, padEnd, padStart, printable } from '../../terminal/text.ts'
import { type Listing, printListing } from '../report/listing.ts'
import { rangeQuestion, type RangeQuestion, type ReportOptions } from '../report/options.ts'
import type { Scope } from '../report/run.ts'
import { columnsOf } from './columns.ts'
import { costNotes, documentOf } from './parts.ts'

const BLOCK_DAYS = 7
const BLOCKS = 5
const LABEL = 16
const SHORTEST_METER = 8
const WIDEST_METER = 44
/** From so many columns on there is room beside the meters. */
const WIDE = 110

/** `forge limits`: what Claude Code itself says of the plan's windows, and the latest five-hour blocks of the logs. */
export async function showLimits(
  reports: Reports,
  options: ReportOptions,
  scope: Scope,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const question = rangeQuestion(options, surroundings, BLOCK_DAYS)
  const { range, filters } = question
  const [{ limits, peaks }, answer] = await Promise.all([
    reports.limits({ ...(filters.account && { account: filters.account }) }),
    reports.blocks({ ...range, ...filters }),
  ])
  const blocks = answer.blocks.slice(0, BLOCKS)
  const newest = limits.toSorted((a, b) => (a.seen_at < b.seen_at ? 1 : -1))[0]
  const listing: Listing = {
    rows: { columns: COLUMNS, rows: limits },
    document: documentOf({ limits, peaks, blocks: answer.blocks }, scope, question.now),
    title: ['Plan limits', accountTitle(limits)],
    right: newest === undefined ? notKnown(scope) : asOf(newest, question),
    isEmpty: limits.length === 0 && blocks.length === 0,
    lead: (style) => {
      const gauges = gaugeLines(limits, question, style)
      while (gauges.at(-1) === '') gauges.pop()
      return blocks.length === 0 ? gauges : [...gauges, '', ...flow([BLOCKS_TITLE], style.width)]
    },
    spokenLead: (style) => limits.map((limit) => spokenGauge(limit, question, style)),
    table: (style) => {
      const columns = columnsOf(blocks, options, style)
      return {
        columns: [
          columns.text('DAY', ({ starts }) => dayText(starts, question)),
          columns.text('BLOCK', (block) => blockText(block, range.tz, style)),
          ...columns.usage(),
          columns.text('', ({ is_active }) => (is_active ? 'now' : ''), 3),
        ],
        bars: columns.bars(),
      }
    },
    notes: (style) => {
      if (limits.length === 0 && blocks.length === 0) return LIMITS_ARE_UNKNOWN
      const told = 'Percentages come from Claude Code itself (status line), not from a guess.'
      return [...(limits.length > 0 ? [told] : []), ...costNotes(blocks, answer, options, style)]
    },
  }
  return printListing(listing, options, surroundings)
}

const BLOCKS_TITLE = 'Latest five-hour blocks (from logs; tokens, not units of a plan)'

const COLUMNS = [
  'account',
  'window',
  'used_percent',
  'resets_at',
  'seen_at',
  'hostname',
  'machine',
  'even_percent',
  'projected_percent',
  'full_at',
]

/** Named only where there are several: a hash says little to a person. */
function accountTitle(limits: readonly LimitRow[]): string {
  const accounts = new Set(limits.map(({ account }) => account))
  return accounts.size > 1 ? `${accounts.size} accounts` : ''
}

function notKnown({ kind }: Scope): string {
  return kind === 'server' ? 'not known on this server yet' : 'not known here yet'
}

function asOf({ seen_at, hostname }: LimitRow, { range }: RangeQuestion): string {
  return `as of ${localTime(Date.parse(seen_at), range.tz)}, from ${hostname}`
}

function gaugeLines(limits: readonly LimitRow[], question: RangeQuestion, style: Style): string[] {
  if (limits.length === 0) {
    const sentences = LIMITS_ARE_UNKNOWN.flatMap((sentence) => flow([sentence], style.width - 2))
    return [...sentences.map((line) => `  ${line}`), '']
  }
  const isWide = style.width >= WIDE
  const tails = new Map(limits.map((limit) => [limit, tailText(limit, question, isWide)]))
  const room = style.width - LABEL - 5 - Math.max(...[...tails.values()].map((tail) => tail.length))
  const accounts = Map.groupBy(limits, ({ account }) => account)
  return [...accounts].flatMap(([account, rows]) => [
    ...(accounts.size > 1
      ? [`  Account ${account === '' ? 'unknown' : printable(shortAccountName(account), style)}`]
      : []),
    ...rows.map((row) => gaugeLine(row, tails.get(row) ?? '', Math.min(WIDEST_METER, room), style)),
    '',
    ...rows.flatMap((row) => outlookLines(row, question, isWide, style)),
  ])
}

/** `  5-hour window   ██████████████████████░░░░░░  78%  resets 22:00, 1 h 26` */
function gaugeLine(limit: LimitRow, tail: string, cells: number, style: Style): string {
  const name = padEnd(printable(windowName(limit.window), style), LABEL)
  const state = stateOf(limit)
  const bar = cells < SHORTEST_METER ? '' : `${paint(meter(limit.used_percent, cells, style), inkOf(state), style)} `
  return `  ${name}${bar}${tail}`
}

/** `5-hour window: 78 percent, resets 22:00, full at 21:34 at this pace.` */
function spokenGauge(limit: LimitRow, question: RangeQuestion, style: Style): string {
  const { window, used_percent } = limit
  const parts = [
    `${printable(windowName(window), style)}: ${Math.round(used_percent)} percent`,
    `resets ${resetText(limit, question.range, question.now)}`,
    paceText(limit, question),
  ]
  return `${parts.filter((part) => part !== '').join(', ')}.`
}

function inkOf(state: ReturnType<typeof stateOf>): Ink {
  return state === 'unknown' ? 'dim' : state
}

/** What stands to the right of a meter; where there is room, where it is going, too. */
function tailText(limit: LimitRow, question: RangeQuestion, isWide: boolean): string {
  const { now, range } = question
  const left = Date.parse(limit.resets_at) - now
  const resets = `resets ${resetText(limit, range, now)}${left < DAY ? `, ${duration(left)}` : ''}`
  const pace = isWide ? paceText(limit, question) : ''
  return `${padStart(percentText(limit), 4)}  ${pace === '' ? resets : `${resets.padEnd(26)}  ${pace}`}`
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Where a window is going, and how old its figure is. */
function paceText({ projected_percent, full_at, seen_at }: LimitRow, question: RangeQuestion): string {
  const pace =
    full_at === null
      ? projected_percent === null
        ? ''
        : `on pace for ${Math.round(projected_percent)}%`
      : `full ${whenText(full_at, question)} at this pace`
  const age = question.now - Date.parse(seen_at)
  return [pace, age > HOUR ? `told ${duration(age)} ago` : ''].filter((text) => text !== '').join(', ')
}

/** The same as sentences below the meters, where it matters or found no room beside them. */
function outlookLines(limit: LimitRow, question: RangeQuestion, isWide: boolean, style: Style): string[] {
  const { window, full_at, resets_at } = limit
  const name = printable(windowName(window), style)
  if (full_at === null) {
    const pace = isWide ? '' : paceText(limit, question)
    return pace === '' ? [] : flow([`${name}: ${pace}.`], style.width - 2).map((line) => `  ${line}`)
  }
  const early = duration(Date.parse(resets_at) - Date.parse(full_at))
  const sentence = `${style.signs.warn} ${name}: full ${whenText(full_at, question)} at this pace, ${early} before it resets.`
  return flow([sentence], style.width - 2).map((line) => `  ${line}`)
}

/** `at 21:34`, `on Sun 05:56`. */
function whenText(instant: string, { range, now }: RangeQuestion): string {
  const text = resetText({ resets_at: instant }, range, now)
  return `${/^\d/.test(text) ? 'at' : 'on'} ${text}`
}

function dayText(starts: string, { range, today }: RangeQuestion): string {
  const day = localDay(Date.parse(starts), range.tz)
  return day === today ? 'today' : shortDay(day, today)
}

function blockText({ starts, ends }: BlockRow, tz: string, style: Style): string {
  return `${localTime(Date.parse(starts), tz)}${style.signs.to}${localTime(Date.parse(ends), tz)}`
}

const LIMITS_ARE_UNKNOWN = [
  'Claude Code tells its plan percentages only to a status line command.',
  'To see them here, run once: forge install --statusline',
  'It keeps your present status line and puts a line below it; undo: forge uninstall --statusline',
]

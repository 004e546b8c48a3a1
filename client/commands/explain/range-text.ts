import { ago, counted, fullCount } from '../../../core/format.ts'
import { dollars, parseUsd } from '../../../core/money.ts'
import type { CoverageState } from '../../../core/reports/fields.ts'
import { headerLines } from '../../terminal/header.ts'
import { paint, type Style } from '../../terminal/style.ts'
import { tableLines } from '../../terminal/table.ts'
import { flow, printable } from '../../terminal/text.ts'
import { columnsOf } from '../lists/columns.ts'
import { rangeTitle, scopeTitle } from '../lists/parts.ts'
import { costSentences } from '../report/cost-sentences.ts'
import { filterText, type RangeQuestion } from '../report/options.ts'
import type { Scope } from '../report/run.ts'
import { sumOf } from '../../../core/usage-sums.ts'
import { countText } from '../tokens/numbers.ts'
import { priceLines } from './price-lines.ts'
import type { ExplainOptions, RangeFacts } from './show.ts'

/** The explanation of some days, from the definition to what others say of the same days. */
export function rangeText(
  facts: RangeFacts,
  { question, scope }: { readonly question: RangeQuestion; readonly scope: Scope },
  options: ExplainOptions,
  style: Style,
): string[] {
  const title = ['Explained', rangeTitle(question, false), scopeTitle(scope), filterText(question)]
  const header = headerLines(title, question.range.tz, style)
  const sections =
    facts.nothing !== undefined
      ? [emptySection(facts, style), facts.nothing(style).flatMap((sentence) => flow([sentence], style.width))]
      : [
          definition(facts, question, style),
          machinesSection(facts, question, options, style),
          duplicatesSection(facts, scope, style),
          costSection(facts, options, style),
          figuresSection(facts, options, style),
          usageCommand(style),
        ]
  return [header, ...sections.filter((lines) => lines.length > 0)].flatMap((lines, i) =>
    i === 0 ? lines : ['', ...lines],
  )
}

function heading(text: string, style: Style): string {
  return paint(text, 'bold', style)
}

function text(sentences: readonly string[], style: Style): string[] {
  return flow([printable(sentences.filter((sentence) => sentence !== '').join(' '), style)], style.width)
}

function emptySection({ coverage }: RangeFacts, style: Style): string[] {
  const unknown = coverage.filter(({ days }) => days.some(({ state }) => state === 'missing'))
  return text(
    [
      'No machine has shown a response or a prompt of this time.',
      unknown.length > 0
        ? `But it is not known of ${unknown.map(({ hostname }) => hostname).join(', ')}: what was there was deleted before it was read.`
        : '',
    ],
    style,
  )
}

function definition({ totals }: RangeFacts, { range }: RangeQuestion, style: Style): string[] {
  const parts = [
    `input ${fullCount(totals.input_tokens)}`,
    `output ${fullCount(totals.output_tokens)}`,
    `cache writes ${fullCount(totals.cache_creation_tokens)}`,
    `cache reads ${fullCount(totals.cache_read_tokens)}`,
  ]
  return [
    ...flow([heading(`${fullCount(totals.total_tokens)} tokens`, style), '=', parts.join(' + ')], style.width, ' '),
    ...text(
      [
        'Each response of a model is counted once, whatever row, file, fork or machine shows it,',
        `and belongs to the day on which it was first written, from midnight to midnight in ${range.tz}.`,
        `These are ${counted(totals.response_count, 'response')}${toPrompts(totals)} in ${counted(totals.session_count, 'session')}.`,
      ],
      style,
    ),
  ]
}

/** A prompt is of no model: where one was asked for, none is known. */
function toPrompts({ message_count, response_count }: RangeFacts['totals']): string {
  const prompts = message_count - response_count
  return prompts === 0 ? '' : ` to ${counted(prompts, 'prompt')}`
}

function machinesSection(
  { machines, coverage, totals }: RangeFacts,
  question: RangeQuestion,
  options: ExplainOptions,
  style: Style,
): string[] {
  const shown = machines.filter(({ is_active }) => is_active)
  if (shown.length === 0) return []
  const states = new Map(coverage.map(({ machine, days }) => [machine, days.map(({ state }) => state)]))
  const columns = columnsOf(shown, options, style)
  const table = tableLines(
    [
      columns.name('MACHINE', ({ hostname }) => hostname),
      ...columns.usage(),
      columns.numbers('RESPONSES', (row) => countText(row.response_count, { full: true }), 2),
      columns.text(question.days === 1 ? 'THE DAY IS' : 'DAYS', ({ machine }) => stateText(states.get(machine) ?? [])),
      columns.text('LAST SYNC', ({ last_sync }) => ago(Math.max(0, question.now - Date.parse(last_sync))), 3),
    ],
    style,
  )
  const sum = shown.reduce((all, row) => all + row.total_tokens, 0)
  return [
    heading('Machines', style),
    ...table,
    ...(sum === totals.total_tokens ? [] : text(['The rest is of machines that have no name here.'], style)),
    ...text(
      ['complete: read after its end. open: more may come. partial, missing: deleted before it was read.'],
      style,
    ).map((line) => paint(line, 'dim', style)),
  ]
}

/** `complete`, or `5 complete, 1 open` for more days than one. */
function stateText(states: readonly CoverageState[]): string {
  if (states.length === 0) return 'before its first'
  if (states.length === 1) return states[0] as string
  return [...Map.groupBy(states, (state) => state)].map(([state, days]) => `${days.length} ${state}`).join(', ')
}

function duplicatesSection({ duplicates }: RangeFacts, scope: Scope, style: Style): string[] {
  if (duplicates === undefined || duplicates.rows === 0) return []
  const { rows, responses, parts, copies, echoes, unreadable } = duplicates
  const kinds = [
    parts > 0 ? `${counted(parts, 'further row')} of a response in the same file` : '',
    copies > 0 ? `${counted(copies, 'repetition')} in another file (a resumed, forked or copied conversation)` : '',
    echoes > 0 ? `${counted(echoes, 'echo', 'echoes')} between a conversation and its subagents` : '',
  ].filter((kind) => kind !== '')
  return [
    heading(scope.kind === 'local' ? 'Duplicates' : 'Duplicates on this machine', style),
    ...text(
      [
        `The transcripts that are still here have ${counted(rows, 'row')} with usage of this time for ${counted(responses, 'response')}.`,
        kinds.length === 0 ? 'None was dropped.' : `Dropped: ${kinds.join('; ')}.`,
        unreadable > 0 ? `${counted(unreadable, 'file')} could not be read.` : '',
      ],
      style,
    ),
  ]
}

function costSection({ answer, totals }: RangeFacts, options: ExplainOptions, style: Style): string[] {
  if (answer.prices.length === 0) return []
  const cost = totals.cost_usd === null ? 'unknown' : dollars(parseUsd(totals.cost_usd))
  return [
    heading(`Cost: ${cost} at API list price, price book ${answer.price_book}`, style),
    ...answer.prices.flatMap((row) => priceLines(row, style)),
    ...costSentences(sumOf([totals]), answer, options, style).flatMap((sentence) => text([sentence], style)),
  ]
}

function figuresSection(
  { answer: { figures }, machines }: RangeFacts,
  options: ExplainOptions,
  style: Style,
): string[] {
  if (figures.length === 0) return []
  const usage = new Map(machines.map((row) => [row.machine, row]))
  const lines = [...Map.groupBy(figures, ({ machine, origin }) => `${machine} ${origin}`).values()].map((rows) => {
    const [first] = rows as [(typeof rows)[number]]
    const said = rows.reduce((sum, { total_tokens }) => sum + total_tokens, 0)
    const own = usage.get(first.machine)
    const isPart = first.basis === 'in+out'
    const ours = own === undefined ? 0 : isPart ? own.input_tokens + own.output_tokens : own.total_tokens
    const ratio = ours > 0 && said > 0 ? `, ${(said / ours).toFixed(2)} times what its events say` : ''
    const what = first.origin === 'stats-cache' ? 'stats-cache.json' : 'an original client'
    const basis = isPart ? ' (input and output only)' : ''
    const shown = rows.some(({ is_shown }) => is_shown) ? 'shown, since there are no events beside it' : 'not used'
    return `${first.hostname}: ${what} says ${countText(said, options)}${basis}${ratio}; ${shown}.`
  })
  return [
    heading('What day figures say', style),
    ...lines.flatMap((line) => text([line], style)),
    ...text(
      [
        'stats-cache.json counts each row of a response instead of each response, so about twice; by UTC days, and in versions before 4 all of a conversation on the day it began; without cache tokens before version 5; and only up to when /usage was last opened.',
      ],
      style,
    ).map((line) => paint(line, 'dim', style)),
  ]
}

function usageCommand(style: Style): string[] {
  return text(
    [
      'Claude Code’s own /usage knows this machine only: its Stats tab is stats-cache.json, its cost is that of one session, and its bars are the limits of your plan, which are not counted in tokens.',
    ],
    style,
  ).map((line) => paint(line, 'dim', style))
}

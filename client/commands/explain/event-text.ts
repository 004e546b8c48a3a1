import { fullCount } from '../../../core/format.ts'
import type { AnswerOf, EventRow } from '../../../core/report-specs.ts'
import { headerLines } from '../../terminal/header.ts'
import type { Style } from '../../terminal/style.ts'
import { flow, padEnd, printable } from '../../terminal/text.ts'
import type { RangeQuestion } from '../report/options.ts'
import { priceLines } from './price-lines.ts'

const SEEN_AS = {
  main: 'a main conversation',
  sidechain: 'a subagent or side conversation',
  progress: 'an echo of a subagent in its parent; its own transcript was not seen',
} as const

/** The explanation of one event. */
export function eventText({ event, prices }: AnswerOf<'explain'>, { range }: RangeQuestion, style: Style): string[] {
  if (event === null) return []
  const facts: [string, string][] = [
    ['id', event.id],
    ['when', when(event, range.tz)],
    ['machine', [event.hostname, ...event.also_seen_on.map((name) => `also shown by ${name}`)].join(', ')],
    ['project', event.project],
    ['session', event.session],
    ['seen in', SEEN_AS[event.seen_as]],
    ['model', [event.model, event.variant].filter((part) => part !== '').join(', ')],
    ['Claude Code', event.client_version],
    ['prompt', event.kind === 'response' ? `${fullCount(promptOf(event))} tokens` : ''],
    ['tool calls', event.tool_call_count > 0 ? fullCount(event.tool_call_count) : ''],
  ]
  return [
    ...headerLines(['Explained', event.kind === 'response' ? 'one response' : 'one prompt'], range.tz, style),
    '',
    ...facts
      .filter(([, fact]) => fact !== '')
      .flatMap(([name, fact]) => flow([`${padEnd(name, 12)} ${printable(fact, style)}`], style.width)),
    ...prices.filter(({ lines }) => lines.length > 0).flatMap((row) => ['', ...priceLines(row, style)]),
    ...(event.is_understated
      ? [
          '',
          ...flow(
            [`${style.signs.warn} Claude Code wrote only a placeholder of its output: tokens and cost are too low.`],
            style.width,
          ),
        ]
      : []),
    ...(event.kind === 'prompt'
      ? ['', 'A prompt that someone typed. It has no tokens of its own: its response has.']
      : []),
  ]
}

function promptOf(event: EventRow): number {
  return event.input_tokens + event.cache_read_tokens + event.cache_write_5m_tokens + event.cache_write_1h_tokens
}

function when({ occurred_at }: EventRow, tz: string): string {
  const local = new Date(occurred_at).toLocaleString('sv-SE', { timeZone: tz })
  return `${local} (${occurred_at})`
}

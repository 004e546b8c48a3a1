import { newestOf, percentText, resetText, stateOf, windowName } from '../../core/limit-words.ts'
import { compactCount } from '../../core/format.ts'
import { dollars, parseUsd } from '../../core/money.ts'
import { Problem } from '../../core/problem.ts'
import type { Style } from '../terminal/style.ts'
import type { LineFacts, LineLimit } from './facts.ts'
import { LINE_FORMATS, type LineFormat } from './format-names.ts'

/** The facts in a format's words, or in those of a template such as `{5h} {tokens}`; empty where nothing is known. */
export function lineText(format: string, facts: LineFacts | undefined, now: number): string {
  if (facts === undefined) return format === 'json' ? 'null' : ''
  const words = wordsOf(facts, now)
  switch (format as LineFormat) {
    case 'claude':
      return claudeLine(facts, now)
    case 'tmux':
      return joined(' ', tmuxMeter(facts), todayText(facts))
    case 'waybar':
      return JSON.stringify(waybar(facts, now))
    case 'swiftbar':
      return swiftbar(facts, now)
    case 'starship': {
      const first = fiveHour(facts)
      return first === undefined ? '' : `⚒ ${percentText(first)}`
    }
    case 'i3':
      return JSON.stringify(i3(facts))
    case 'json':
      return JSON.stringify({ schema_version: 1, ...facts })
    default:
      return fromTemplate(format, words)
  }
}

/** The words that a template may name. */
export function wordsOf(facts: LineFacts, now: number): Readonly<Record<string, string>> {
  const [five, week] = [fiveHour(facts), weekly(facts)]
  return {
    tokens: compactCount(facts.total_tokens),
    cost: costText(facts),
    machines: String(facts.machine_count),
    '5h': five === undefined ? '-' : percentText(five),
    '5h_reset': five === undefined ? '-' : resetText(five, facts, now),
    week: week === undefined ? '-' : percentText(week),
    week_reset: week === undefined ? '-' : resetText(week, facts, now),
    age: `${Math.max(0, Math.round((now - facts.at) / 60_000))} min`,
  }
}

function fromTemplate(template: string, words: Readonly<Record<string, string>>): string {
  if (!template.includes('{')) {
    throw new Problem('invalid-request', `“${template}” is no format of a line.`, {
      hint: `Works: ${LINE_FORMATS.join(', ')}, or words in braces: "{5h} {tokens}"`,
    })
  }
  return template.replaceAll(/\{([^{}]*)\}/g, (_, word: string) => {
    const text = words[word]
    if (text !== undefined) return text
    throw new Problem('invalid-request', `“{${word}}” is no word of a line.`, {
      hint: `Works: ${Object.keys(words)
        .map((known) => `{${known}}`)
        .join(' ')}`,
    })
  })
}

/** What was used today, for lines that have no room to say of what; nothing where there was none. */
function todayText(facts: LineFacts): string {
  return facts.total_tokens === 0 ? '' : joined(' ', compactCount(facts.total_tokens), costText(facts))
}

/** `today 997K $2.00 (3 machines) · 5h ███████▊░░ 78% → 22:00 · wk 41%` */
function claudeLine(facts: LineFacts, now: number): string {
  const [five, week] = [fiveHour(facts), weekly(facts)]
  const machines = facts.machine_count > 1 ? `(${facts.machine_count} machines)` : ''
  return joined(
    ' · ',
    facts.signed_out ? 'signed out: forge login' : '',
    facts.total_tokens === 0 ? '' : joined(' ', 'today', todayText(facts), machines),
    five && `5h ${meter(five.used_percent, 10)} ${percentText(five)} → ${resetText(five, facts, now)}`,
    week && `wk ${percentText(week)}`,
  )
}

function tmuxMeter(facts: LineFacts): string {
  const five = fiveHour(facts)
  if (five === undefined) return ''
  const colour = { ok: 'colour35', warn: 'colour172', bad: 'colour160', unknown: 'default' }[stateOf(five)]
  return `#[fg=${colour}]5h ${percentText(five)}#[default]`
}

function waybar(facts: LineFacts, now: number) {
  const five = fiveHour(facts)
  return {
    text: five === undefined ? compactCount(facts.total_tokens) : `5h ${percentText(five)}`,
    tooltip: sentences(facts, now).join('\n'),
    class: stateOf(five),
    percentage: five === undefined ? 0 : Math.round(five.used_percent),
  }
}

function swiftbar(facts: LineFacts, now: number): string {
  const five = fiveHour(facts)
  const colour = { ok: '', warn: ' | color=#c47600', bad: ' | color=#b3261e', unknown: '' }[stateOf(five)]
  const title = five === undefined ? compactCount(facts.total_tokens) : `5h ${percentText(five)}`
  const link = facts.server_url === null ? '' : ` | href=${facts.server_url}`
  const [first = '', ...rest] = sentences(facts, now)
  return [`${title}${colour}`, '---', `${first}${link}`, ...rest].join('\n')
}

function i3(facts: LineFacts) {
  const five = fiveHour(facts)
  const colour = { ok: '#1a7f37', warn: '#c47600', bad: '#b3261e', unknown: undefined }[stateOf(five)]
  const short = five === undefined ? compactCount(facts.total_tokens) : `5h ${percentText(five)}`
  const full_text = five === undefined ? joined(' ', short, costText(facts)) : joined(' ', short, todayText(facts))
  return { full_text, short_text: short, ...(colour === undefined ? {} : { color: colour }) }
}

function sentences(facts: LineFacts, now: number): string[] {
  const today = joined(' · ', `Today ${compactCount(facts.total_tokens)} tokens`, costText(facts))
  return [
    today,
    ...facts.limits.map(
      (limit) =>
        `${windowName(limit.window)} ${percentText(limit)}, resets ${resetText(limit, facts, now)} (from ${limit.hostname})`,
    ),
  ]
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A share of so many cells, to an eighth of one. */
export function meter(percent: number, cells: number, style: Pick<Style, 'ascii'> = { ascii: false }): string {
  const filled = (Math.min(100, Math.max(0, percent)) / 100) * cells
  if (style.ascii) return '#'.repeat(Math.round(filled)).padEnd(cells, '.')
  const whole = Math.floor(filled)
  const part = EIGHTHS[Math.floor((filled - whole) * 8)] ?? ''
  return ('█'.repeat(whole) + part).padEnd(cells, '░')
}

function fiveHour(facts: LineFacts): LineLimit | undefined {
  return newestOf(facts.limits, 'five_hour')
}

function weekly(facts: LineFacts): LineLimit | undefined {
  return newestOf(facts.limits, 'seven_day')
}

function costText({ cost_usd }: LineFacts): string {
  return cost_usd === null ? '' : dollars(parseUsd(cost_usd))
}

function joined(separator: string, ...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(separator)
}

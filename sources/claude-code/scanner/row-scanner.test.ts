import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UsageEvent } from '../../../core/usage-event.ts'
import { makeCorpus } from '../../../test/support/corpus.ts'
import { tempFolder } from '../../../test/support/folders.ts'
import { aPromptRow, anAssistantRow } from '../../../test/support/rows.ts'
import { ProjectResolver } from '../../project.ts'
import { newTally } from '../../source.ts'
import { TranscriptReader } from '../transcript-reader.ts'
import { RowScanner } from './row-scanner.ts'

const scanner = RowScanner.load() as RowScanner

/** What lines show: every sighting, what was counted, and what is remembered for the lines that follow. */
function reading(lines: readonly Buffer[], scanner: RowScanner | undefined) {
  const tally = newTally()
  const sightings: UsageEvent[] = []
  const reader = new TranscriptReader(
    {
      machine: 'machine-a',
      source: 'claude-code',
      projects: new ProjectResolver({ home: '/home/dev', secret: 'a secret' }),
      now: Date.parse('2026-11-22T12:00:00Z'),
      tally: () => tally,
      found: (sighting) => void sightings.push(sighting),
    },
    undefined,
    scanner,
  )
  for (const line of lines) reader.line(line, 0, line.length)
  return { sightings, tally, state: reader.state() }
}

function expectSame(...lines: readonly (string | Buffer)[]) {
  const bytes = lines.map((line) => Buffer.from(line))
  expect(reading(bytes, scanner)).toEqual(reading(bytes, undefined))
}

/** How the scanner alone calls a line. */
function scanned(line: string | Buffer): 'nothing' | 'response' | 'to be parsed' {
  const bytes = Buffer.from(line)
  const is = scanner.scan(bytes, 0, bytes.length)
  return is === undefined ? 'to be parsed' : is === 'nothing' ? 'nothing' : 'response'
}

const aToolResult = {
  ...aPromptRow(''),
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: '\u001b[31m "usage"' }] },
  toolUseResult: { usage: { input_tokens: 5 }, content: [] },
}
const aToolUse = { type: 'tool_use', id: 'toolu_01', name: 'Bash', input: { usage: { input_tokens: 9 } } }

describe('a plain row', () => {
  test('is read without parsing it', () => {
    expect(scanned(JSON.stringify(anAssistantRow({ content: [aToolUse] })))).toBe('response')
    expect(scanned(`${JSON.stringify(anAssistantRow(), null, 1).replaceAll('\n', ' ')}\r`)).toBe('response')
    expect(scanned(JSON.stringify(anAssistantRow({ cwd: 'C:\\Users\\dev\\日本' })))).toBe('response')
    expect(scanned(JSON.stringify(aToolResult))).toBe('nothing')
    expect(scanned(JSON.stringify({ type: 'file-history-snapshot', snapshot: {} }))).toBe('nothing')
    expect(scanned(JSON.stringify({ ...anAssistantRow(), message: { role: 'assistant', content: 'x' } }))).toBe(
      'nothing',
    )
  })

  test('shows its own texts and counts after one that was parsed', () => {
    const other = JSON.stringify(anAssistantRow({ model: 'claude-haiku-5', sessionId: 's2', cwd: '/srv/x' }))
    expectSame(
      JSON.stringify(anAssistantRow()),
      other.slice(0, -1),
      other.replace('"usage"', '"us\\u0061ge"'),
      other,
      JSON.stringify({ ...anAssistantRow(), cwd: null, version: undefined, sessionId: '' }),
    )
  })
})

describe('a line that is not plain is parsed', () => {
  const row = JSON.stringify(anAssistantRow({ content: [aToolUse] }))
  test.each([
    ['a name with an escape', row.replace('"usage"', '"us\\u0061ge"')],
    ['a type with an escape', row.replace('"assistant"', '"\\u0061ssistant"')],
    ['a name that stands there twice', row.replace('"model"', '"model":"x","model"')],
    ['usage that stands there twice', row.replace('"usage":{"input_tokens":3', '"usage":{},"usage":{"input_tokens":3')],
    ['a fraction', row.replace('"input_tokens":3', '"input_tokens":3.5')],
    ['an exponent', row.replace('"input_tokens":3', '"input_tokens":3e1')],
    ['a sign', row.replace('"input_tokens":3', '"input_tokens":-3')],
    ['a leading zero', row.replace('"input_tokens":3', '"input_tokens":03')],
    ['sixteen digits', row.replace('"input_tokens":3', '"input_tokens":9007199254740993')],
    ['a count as text', row.replace('"input_tokens":3', '"input_tokens":"3"')],
    ['a model that is no text', row.replace('"claude-opus-5"', '7')],
    ['an advisor’s message', row.replace('"service_tier"', '"iterations":[{"type":"advisor_message"}],"service_tier"')],
    ['two rows in a line', row + row],
    ['a row behind a torn one', row.slice(0, -30) + row],
    ['a bracket for a brace', row.replace(/\}$/, ']')],
    ['a comma too many', row.replace(/\}$/, ',}')],
    ['a comma too few', row.replace(',"userType"', ' "userType"')],
    ['a wrong escape', row.replace('"Bash"', '"\\x41"')],
    ['half an escape', row.replace('"Bash"', '"\\u00g1"')],
    ['a tab in a text', row.replace('"Bash"', '"\t"')],
    ['a NUL', `${row}\0`],
    ['a NUL in a text', row.replace('"Bash"', '"\0"')],
    ['a byte order mark', `\ufeff${row}`],
    ['a wrong word', row.replace('null', 'nul')],
    ['a very deep list', row.replace('null', '['.repeat(100) + ']'.repeat(100))],
    ['a text that is too long to be kept', row.replace('claude-opus-5', 'x'.repeat(1001))],
    ['a prompt', JSON.stringify(aPromptRow('hello'))],
    ['an echo of a subagent', JSON.stringify({ type: 'progress', data: { message: anAssistantRow() } })],
    ['usage in a row of unknown type', row.replace('"assistant"', '"reply"')],
    ['nothing', ''],
  ])('%s', (_, line) => {
    expect(scanned(line)).toBe('to be parsed')
    expectSame(line)
  })

  test('every beginning of one', () => {
    for (let length = 0; length < row.length; length++) expect(scanned(row.slice(0, length))).toBe('to be parsed')
  })
})

test('a line of many megabytes is parsed', () => {
  const row = JSON.stringify(anAssistantRow({ content: [{ type: 'text', text: 'x'.repeat(5_000_000) }] }))
  expect(scanned(row)).toBe('to be parsed')
  expectSame(row)
})

// The law: with and without the scanner, every line shows the same.

const oddity = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, 2 ** 60, '3', '', [], {}),
  fc.constantFrom<unknown>(
    { input_tokens: 5 },
    [{ type: 'advisor_message', model: 'm', output_tokens: 5 }],
    'a\\b"c\n\u2028é🚀',
  ),
  fc.jsonValue({ maxDepth: 4 }),
)

const NAMES = `
  type uuid timestamp sessionId cwd version isSidechain requestId message isMeta toolUseResult isCompactSummary
  id model content usage role input_tokens output_tokens cache_read_input_tokens cache_creation_input_tokens
  cache_creation ephemeral_5m_input_tokens ephemeral_1h_input_tokens server_tool_use web_search_requests
  service_tier iterations speed inference_geo context_management data
`
  .trim()
  .split(/\s+/)

/** A row in JSON with its members in any order, oddities in any place, names twice or escaped, and spaces anywhere. */
function spell(value: unknown, random: () => number, odd: readonly unknown[], strangeness: number): string {
  const chance = (share: number) => random() < share * strangeness
  const space = () => (chance(0.02) ? (' \t\r\n'[Math.floor(random() * 4)] as string) : '')
  const name = (text: string) =>
    chance(0.005) ? `"\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}${text.slice(1)}"` : JSON.stringify(text)
  const oneOf = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const write = (it: unknown, isOdd = false): string => {
    if (!isOdd && chance(0.02)) return write(oneOf(odd), true)
    if (Array.isArray(it))
      return `[${space()}${it.map((element) => write(element, isOdd) + space()).join(',')}${space()}]`
    if (typeof it !== 'object' || it === null) return JSON.stringify(it) ?? 'null'
    const members = Object.entries(it)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, write(member, isOdd)] as const)
    if (!isOdd && chance(0.05)) members.push([oneOf(NAMES), write(oneOf(odd), true)])
    if (chance(0.5)) members.sort(() => random() - 0.5)
    return `{${space()}${members.map(([key, text]) => `${name(key)}${space()}:${space()}${text}${space()}`).join(`,${space()}`)}}`
  }
  return write(value)
}

const aRow = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constant<unknown>(anAssistantRow({ content: [aToolUse, { type: 'text', text: '{"usage":1}' }] })),
  },
  fc.constant<unknown>(
    anAssistantRow({ id: null, isSidechain: true, usage: { server_tool_use: { web_search_requests: 2 } } }),
  ),
  fc.constant<unknown>(
    anAssistantRow({ usage: { iterations: [{ type: 'message', input_tokens: 3 }], speed: 'fast' } }),
  ),
  fc.constant<unknown>(anAssistantRow({ usage: { iterations: [{ type: 'advisor_message', output_tokens: 3 }] } })),
  fc.constant<unknown>(anAssistantRow({ model: '<synthetic>', cwd: 'C:\\Users\\dev\\x', requestId: null })),
  fc.constant<unknown>(aToolResult),
  fc.constant<unknown>(aPromptRow('say "usage"')),
  fc.constant<unknown>({ ...aPromptRow('x'), type: 'system', message: { usage: { input_tokens: 1 } } }),
  fc.constant<unknown>({ ...anAssistantRow(), type: 'progress', data: { message: anAssistantRow() } }),
  fc.constant<unknown>({ ...anAssistantRow(), type: 'new-type', context_management: { usage: { input_tokens: 1 } } }),
)

/** Rows as they are, rows with oddities, and lines that were cut, spliced, overwritten or padded. */
const aLine = fc
  .record({
    rows: fc.array(aRow, { minLength: 1, maxLength: 2 }),
    odd: fc.array(oddity, { minLength: 1, maxLength: 4 }),
    strangeness: fc.constantFrom(0, 1, 1, 5),
    seed: fc.integer({ min: 1, max: 0x7fffffff }),
    damage: fc.oneof(
      { weight: 4, arbitrary: fc.constant<'none'>('none') },
      fc.constantFrom('cut', 'spliced', 'two', 'nul', 'padded', 'byte', 'byte', 'missing', 'return'),
    ),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.oneof(fc.constantFrom(...Buffer.from('"\\{}[],:0-.eu\0\t')), fc.nat(255)),
  })
  .map(({ rows, odd, strangeness, seed, damage, at, byte }) => {
    let state = seed
    const random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff
    const [line, other] = [rows[0], rows.at(-1)].map((row) => Buffer.from(spell(row, random, odd, strangeness))) as [
      Buffer,
      Buffer,
    ]
    const place = Math.floor(at * line.length)
    const [before, after] = [line.subarray(0, place), line.subarray(place)]
    switch (damage) {
      case 'cut':
        return before
      case 'spliced':
        return Buffer.concat([before, other])
      case 'two':
        return Buffer.concat([line, other])
      case 'nul':
        return Buffer.concat([before, Buffer.alloc(8), after])
      case 'padded':
        return Buffer.concat([Buffer.alloc(8), line])
      case 'byte':
        return Buffer.concat([before, Buffer.of(byte === 10 ? 13 : byte), after.subarray(1)])
      case 'missing':
        return Buffer.concat([before, after.subarray(1)])
      case 'return':
        return Buffer.concat([line, Buffer.from('\r')])
      default:
        return line
    }
  })

test('no line shows anything else than when it is parsed', () => {
  const calls = { nothing: 0, response: 0, 'to be parsed': 0 }
  fc.assert(
    fc.property(fc.array(aLine, { minLength: 1, maxLength: 4 }), (lines) => {
      for (const line of lines) calls[scanned(line)]++
      expectSame(...lines)
    }),
    { numRuns: 5000 },
  )
  // The law is worth nothing if the scanner leaves all to the parser.
  expect(Math.min(calls.nothing, calls.response)).toBeGreaterThan(500)
})

test('nor does any line of the fixtures, or of a hostile corpus', () => {
  const home = join(tempFolder(), 'home')
  makeCorpus(home, { seed: 11, size: '4MB', hostile: true })
  const corpus = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, entry.name))
  for (const path of [new URL('../fixtures/variants.jsonl', import.meta.url).pathname, ...corpus]) {
    const lines = readFileSync(path, 'latin1').split('\n')
    expectSame(...lines.map((line) => Buffer.from(line, 'latin1')))
  }
})

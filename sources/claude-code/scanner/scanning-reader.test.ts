import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventsIn } from '../../../client/read-transcripts.ts'
import { joinEvents } from '../../../core/usage-event.ts'
import { makeCorpus } from '../../../test/support/corpus.ts'
import { tempFolder } from '../../../test/support/folders.ts'
import { aPromptRow, anAssistantRow } from '../../../test/support/rows.ts'
import { ProjectResolver } from '../../project.ts'
import type { TranscriptReader } from '../../source.ts'
import { ParsingReader } from '../transcript-reader.ts'
import { newScan, type Scan } from './scan-module.ts'
import { ScanningReader } from './scanning-reader.ts'

const machine = 'machine-a'
const now = Date.parse('2026-11-22T12:00:00Z')
const context = () => ({ machine, now, projects: new ProjectResolver({ home: '/home/dev', secret: 'a secret' }) })
const scanning = () => new ScanningReader(newScan() as Scan, context())
const parsing = () => new ParsingReader(context())

/** What a file shows that is read in pieces: every event, what was counted, and what is remembered for what follows. */
function reading(reader: TranscriptReader, file: Buffer, pieces: readonly number[] = [], state?: string) {
  reader.start('claude-code', state)
  let filled = 0
  let at = 0
  for (const size of [...pieces, file.length]) {
    const copied = file.copy(reader.buffer, filled, at, Math.min(at + size, file.length))
    at += copied
    filled += copied
    const taken = reader.lines(filled)
    reader.buffer.copyWithin(0, taken, filled)
    filled -= taken
  }
  if (filled > 0) reader.unfinished(reader.buffer.subarray(0, filled))
  const found = reader.take()
  const events = [...joinEvents(eventsIn(found, { machine })).values()]
  const projects = new Set(events.map(({ project }) => project))
  return {
    events: events.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    // A row that shows nothing may have told the parser what a project is called.
    projects: Object.fromEntries([...found.projects].filter(([key]) => projects.has(key))),
    tally: found.tally,
    state: reader.state(),
  }
}

function expectSame(file: string | Buffer, pieces?: readonly number[], state?: string) {
  const bytes = Buffer.from(file)
  expect(reading(scanning(), bytes, pieces, state)).toEqual(reading(parsing(), bytes, pieces, state))
}

const scan = newScan() as Scan
const memory = Buffer.from(scan.memory.buffer, scan.bufferOffset(), scan.chunkSize())

/** How the scanner alone calls a line. */
function scanned(line: string | Buffer): 'nothing' | 'an event' | 'to be parsed' {
  const bytes = Buffer.concat([Buffer.from(line), Buffer.from('\n')])
  bytes.copy(memory)
  scan.forget()
  scan.scan(0, bytes.length)
  if (scan.stoppedBecause() !== 0) return 'to be parsed'
  return scan.sightingCount() === 0 ? 'nothing' : 'an event'
}

const aToolResult = {
  ...aPromptRow(''),
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: '\u001b[31m "usage"' }] },
  toolUseResult: { usage: { input_tokens: 5 }, content: [] },
}
function fileOf(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

const aToolUse = { type: 'tool_use', id: 'toolu_01', name: 'Bash', input: { usage: { input_tokens: 9 } } }

describe('a plain row', () => {
  test('is read without parsing it', () => {
    expect(scanned(JSON.stringify(anAssistantRow({ content: [aToolUse] })))).toBe('an event')
    expect(scanned(`${JSON.stringify(anAssistantRow(), null, 1).replaceAll('\n', ' ')}\r`)).toBe('an event')
    expect(scanned(JSON.stringify(anAssistantRow({ cwd: 'C:\\Users\\dev\\日本' })))).toBe('an event')
    expect(scanned(JSON.stringify(aToolResult))).toBe('nothing')
    expect(scanned(JSON.stringify({ type: 'file-history-snapshot', snapshot: {} }))).toBe('nothing')
    expect(scanned(JSON.stringify({ ...anAssistantRow(), message: { role: 'assistant', content: 'x' } }))).toBe(
      'nothing',
    )
  })

  test('of a person is an event as well', () => {
    expect(scanned(JSON.stringify(aPromptRow('hello')))).toBe('an event')
    expect(scanned(JSON.stringify(aPromptRow('<b>')))).toBe('an event')
    expect(scanned(JSON.stringify(aPromptRow('<local-command-stdout>x')))).toBe('nothing')
    expect(scanned(JSON.stringify(aPromptRow('[Request interrupted by user]')))).toBe('nothing')
    expect(scanned(JSON.stringify(aPromptRow('\\')))).toBe('to be parsed')
    expect(scanned(JSON.stringify({ ...aPromptRow('x'), isMeta: true }))).toBe('nothing')
  })

  test('shows its own texts and counts after one that was parsed', () => {
    const other = JSON.stringify(anAssistantRow({ model: 'claude-haiku-5', sessionId: 's2', cwd: '/srv/x' }))
    expectSame(
      fileOf(
        JSON.stringify(anAssistantRow()),
        other.slice(0, -1),
        other.replace('"usage"', '"us\\u0061ge"'),
        other,
        JSON.stringify({ ...anAssistantRow({ id: 'msg_01ABCDEFGHJKLMNPQRSTUV2' }), cwd: null, sessionId: '' }),
      ),
    )
  })
})

const row = JSON.stringify(anAssistantRow({ content: [aToolUse] }))

describe('a line that is not plain is parsed', () => {
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
    ['a model that is too long', row.replace('claude-opus-5', 'x'.repeat(201))],
    ['a folder that is too long to be kept', row.replace('/home/dev', `/${'x'.repeat(1001)}`)],
    ['a prompt that begins with an escape', JSON.stringify(aPromptRow('\\nhello'))],
    ['a prompt that may be one of ours', JSON.stringify(aPromptRow('<')).replace('"<"', '"<\\u006cocal-command-"')],
    ['a time in another form', row.replace('10:00:00.000Z', '10:00:00Z')],
    ['a day that no month has', row.replace('2026-11-20T', '2026-11-31T')],
    ['an hour that no day has', row.replace('T10:', 'T24:')],
    ['a time before 1970', row.replace('2026-11-20T', '1969-11-20T')],
    ['no time', row.replace('timestamp', 'timestamped')],
    ['a short id without a request', JSON.stringify(anAssistantRow({ id: 'msg_1', requestId: null }))],
    ['no id', JSON.stringify(anAssistantRow({ id: null }))],
    ['an id that is not ASCII', row.replace('msg_01', 'msg_é1')],
    ['a count out of range', row.replace('"input_tokens":3', '"input_tokens":10000000001')],
    ['a tool call with an escape in its id', row.replace('toolu_01', 'toolu_\\u0030')],
    ['an echo of a subagent', JSON.stringify({ type: 'progress', data: { message: anAssistantRow() } })],
    ['usage in a row of unknown type', row.replace('"assistant"', '"reply"')],
  ])('%s', (_, line) => {
    expect(scanned(line)).toBe('to be parsed')
    expectSame(fileOf(line))
  })

  test('every beginning of one', () => {
    for (let length = 0; length < row.length; length++) {
      expect(scanned(row.slice(0, length))).not.toBe('an event')
      expectSame(fileOf(row.slice(0, length)))
    }
  })
})

test('rows of one response are one event, and those of which neither wins plainly are joined by who records them', () => {
  const rows = [
    anAssistantRow({ output: 5, content: [aToolUse] }),
    anAssistantRow({ output: 9, timestamp: '2026-11-20T10:00:01.000Z', content: [{ ...aToolUse, id: 'toolu_02' }] }),
    anAssistantRow({ output: 7, timestamp: '2026-11-20T09:59:59.000Z', sessionId: 's0' }),
    anAssistantRow({ output: 900, isSidechain: true }),
    anAssistantRow({ output: 9, timestamp: '2026-11-20T10:00:01.000Z', model: 'claude-haiku-5' }),
    anAssistantRow({ output: 1, timestamp: '2026-11-20T09:59:59.000Z', sessionId: 's1' }),
  ]
  const files = [rows, rows.toReversed()].map((some) => fileOf(...some.map((row) => JSON.stringify(row))))
  for (const file of files) expectSame(file)
  const reader = scanning()
  reader.start('claude-code', undefined)
  reader.buffer.write(files[0] as string)
  reader.lines(Buffer.byteLength(files[0] as string))
  expect(reader.found).toBe(3)
})

test('a scanner that is full is emptied on the way', () => {
  const file = fileOf(
    ...Array.from({ length: 1200 }, (_, i) =>
      JSON.stringify(anAssistantRow({ id: `msg_01ABCDEFGHJKLMNPQ${i}`, sessionId: `s${i}`.padEnd(900, 'x') })),
    ),
  )
  const reader = scanning()
  const bytes = Buffer.from(file)
  expect(bytes.length).toBeGreaterThan(reader.buffer.length)
  expectSame(file, [1_000_000, 900_000])
})

test('a text is plain just where JSON.parse takes it, however long it is and wherever its escapes stand', () => {
  const calls = { plain: 0, torn: 0 }
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.nat(70).map((length) => 'x'.repeat(length)) },
    { weight: 3, arbitrary: fc.nat(70).map((length) => '\\\\'.repeat(length)) },
    { weight: 3, arbitrary: fc.constantFrom('\\"', '\\n', '\\/', '\\u00e9', '\\u001b', 'é', '🚀', '\x7f') },
    fc.constantFrom('\\', '"', '\t', '\0', '\x1f', '\\x', '\\u00g1', '\\u12', '\\\t'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const line = row.replace('"Bash"', () => `"${pieces.join('')}"`)
      const isPlain = isJson(line)
      calls[isPlain ? 'plain' : 'torn']++
      expect(scanned(line)).toBe(isPlain ? 'an event' : 'to be parsed')
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(calls.plain, calls.torn)).toBeGreaterThan(500)
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('the memory of tool calls is the same whoever keeps it, and goes on from any state', () => {
  const call = fc.record({
    response: fc.integer({ min: 1, max: 6 }),
    tools: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
    escaped: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), fc.nat(20), (calls, cut) => {
      const lines = calls.map(({ response, tools, escaped }) => {
        const content = tools.map((n) => ({ ...aToolUse, id: `toolu_${n}` }))
        const text = JSON.stringify(anAssistantRow({ id: `msg_01ABCDEFGHJKLMNPQRST${response}`, content }))
        return escaped ? text.replace('"usage"', '"us\\u0061ge"') : text
      })
      const [first, second] = [lines.slice(0, cut), lines.slice(cut)].map((some) => Buffer.from(fileOf(...some)))
      const { state } = reading(parsing(), first as Buffer)
      expectSame(first as Buffer)
      expectSame(second as Buffer, [], state)
    }),
    { numRuns: 300 },
  )
  for (const state of ['x', 'AAAA', 'A'.repeat(100), '[["old","state"]]']) expectSame(fileOf(row), [], state)
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
  fc.constantFrom<unknown>(
    aPromptRow('<local-command-stdout>'),
    aPromptRow('[x'),
    { ...aPromptRow(''), message: { role: 'user', content: [{ type: 'image' }, { type: 'text', text: '<b' }] } },
    { ...aPromptRow('x'), isCompactSummary: true },
  ),
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

test('no line shows anything else than when it is parsed, wherever a file is cut into pieces', () => {
  const calls = { nothing: 0, 'an event': 0, 'to be parsed': 0 }
  fc.assert(
    fc.property(
      fc.array(aLine, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(3000), { maxLength: 4 }),
      fc.constantFrom('\n', '\n', '\n\n', '\r\n'),
      fc.boolean(),
      (lines, pieces, newline, isEnded) => {
        for (const line of lines) calls[scanned(line)]++
        const text = lines.flatMap((line) => [line, Buffer.from(newline)])
        expectSame(Buffer.concat(isEnded ? text : text.slice(0, -1)), pieces)
      },
    ),
    { numRuns: 5000 },
  )
  // The law is worth nothing if the scanner leaves all to the parser.
  expect(Math.min(calls.nothing, calls['an event'])).toBeGreaterThan(500)
})

test('nor does any file of the fixtures, or of a hostile corpus', () => {
  const home = join(tempFolder(), 'home')
  makeCorpus(home, { seed: 11, size: '4MB', hostile: true })
  const corpus = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, entry.name))
  for (const path of [new URL('../fixtures/variants.jsonl', import.meta.url).pathname, ...corpus]) {
    const file = readFileSync(path)
    if (file.length < scan.chunkSize()) expectSame(file, [1000, file.length / 3])
  }
})

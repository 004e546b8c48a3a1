import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../core/problem.ts'
import { RECENT_GROUPINGS } from '../../core/recent.ts'
import { styleFor, type StyleFlags } from '../terminal/style.ts'
import { textWidth } from '../terminal/width.ts'
import { frameLines, type Shown } from './frame.ts'
import type { Answered } from './known.ts'
import { aLimit, anAnswer, aRow, TOP_NOW, used } from './testing.ts'
import { firstView, type View } from './view.ts'

const wave = (peak: number) =>
  Array.from({ length: 240 }, (_, i) => used(15 * i, Math.round((peak / 8) * (1 + Math.sin(i / 7)))))

const ROWS = [
  aRow({ group: 's1', seconds_ago: 2, tokens: 611_000, cost: '1.41', points: wave(61_000), context: 124_000 }),
  aRow({
    group: 's2',
    machine: 'laptop',
    project: 'billing-api',
    models: ['claude-haiku-4-5', 'claude-opus-4-5'],
    seconds_ago: 40,
    tokens: 204_000,
    cost: '0.31',
    points: [used(40, 16_000)],
    context: 36_000,
  }),
  aRow({ group: 's3', project: 'web-shop', models: ['glm-4.7'], seconds_ago: 52 * 60, tokens: 182_000, cost: null }),
]
const LIMITS = [aLimit('five_hour', 78, 84), aLimit('seven_day', 41, 3000)]
const ANSWERED: Answered = { answer: anAnswer(ROWS, LIMITS), by: 'session', at: TOP_NOW, scope: 'server' }

interface Given {
  readonly view?: Partial<View>
  readonly known?: Partial<Shown['known']>
  readonly filters?: string
  readonly columns?: number
  readonly rows?: number
  readonly flags?: StyleFlags
  readonly now?: number
}

function frame({ view, known, filters = '', columns = 80, rows = 24, flags, now = TOP_NOW }: Given = {}): string[] {
  const style = styleFor(
    { isTTY: true, columns, write: () => undefined },
    { env: { LANG: 'C.UTF-8', TERM: 'xterm-256color' } },
    { color: 'never', ...flags },
  )
  const shown: Shown = {
    view: { ...firstView(), ...view },
    known: { answered: ANSWERED, problem: undefined, isLive: true, ...known },
    now,
    tz: 'Europe/Berlin',
    server_url: 'http://nas:8420',
    filters,
  }
  return frameLines(shown, { columns, rows }, style)
}

describe('the live view', () => {
  test('in 80 columns', () => {
    expect(`\n${frame({ rows: 20 }).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      forge top · all machines                                          20:36:08  live
      ────────────────────────────────────────────────────────────────────────────────
      Today  997K tokens  $1.72+  2 sessions now    5-hour ███████▊░░ 78%, 1 h 24 left

      tokens/min, last hour                                                 peak 60.6K
      ▁▆███▆▃       ▂▅▇██▇▅▂       ▃▆▇██▆▄▁      ▁▄▆███▆▃       ▂▅▇██▇▅▂       ▃▆███▆▅
      ████████▄▂▁▁▃▆████████▆▃▁▁▂▄▇████████▅▂▁▁▂▅█████████▄▂▁▁▃▆████████▆▃▁▁▂▄▇███████
      19:36               19:51               20:06               20:21            now

         MACHINE  PROJECT      MODEL         TOK/MIN  TODAY   COST  LAST
      ●  studio   claudeforge  opus-4-5        51.2K   611K  $1.41  now
      ●  laptop   billing-api  haiku-4-5 +1    3.20K   204K  $0.31  40 s
      ○  studio   web-shop     glm-4.7             -   182K      ?  52 min





      Cost = API list price, not a bill; calls never written down are not in it.
      q quit  m by model  t cost  p pause  ↑↓ select  enter open in browser  ? help
      "
    `)
  })

  test('in 120 columns, with a row selected, in dollars', () => {
    const view = { selected: 's2', metric: 'cost' as const }
    expect(`\n${frame({ columns: 120, rows: 20, view }).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      forge top · all machines                                                                                  20:36:08  live
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      Today  997K tokens  $1.72+  2 sessions now                      5-hour ███████▊░░ 78%, 1 h 24 left   week ████░░░░░░ 41%

      cost per hour, last hour                                                                                      peak $2.40
       ███████████████████████████████████████████████████████████████████████████████████████████████████████████████████████
      ████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████
      19:36                         19:51                         20:06                         20:21                      now

          MACHINE  PROJECT      MODEL         CONTEXT  $/HOUR  TODAY   COST  LAST ACTIVITY
       ●  studio   claudeforge  opus-4-5         124K   $2.40   611K  $1.41  now
      ›●  laptop   billing-api  haiku-4-5 +1    36.0K   $0.12   204K  $0.31  40 s ago
       ○  studio   web-shop     glm-4.7             -       -   182K      ?  52 min ago





      Cost = API list price, not a bill; calls never written down are not in it.
      q quit   m by model   t tokens   p pause   ↑↓ select   enter open in browser   ? help
      "
    `)
  })

  test('in 60 columns, with letters only', () => {
    expect(`\n${frame({ columns: 60, rows: 16, flags: { ascii: true } }).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      forge top | all machines                      20:36:08  live
      ------------------------------------------------------------
      Today  997K tokens  $1.72+  2 sessions now        5-hour 78%

      tokens/min, last hour                             peak 60.6K
      ::##:.    .::##:.    .::##:.    .::##:.    .:###:.    .:###:
      ######:..:#######:..:#######:..:#######:..:#######:..:######
      19:36          19:51          20:06          20:21       now

         MACHINE  PROJECT      TOK/MIN  TODAY   COST  LAST
      *  studio   claudeforge    51.2K   611K  $1.41  now
      *  laptop   billing-api    3.20K   204K  $0.31  40 s
      o  studio   web-shop           -   182K      ?  52 min


      q quit  m by model  t cost  p pause  ? help
      "
    `)
  })

  test('has as many lines as the terminal, and none is wider, whatever there is to say', () => {
    const name = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('日本語のプロジェクト', '\u001b[31mred\u0007', ''),
    )
    const row = fc.record({
      group: fc.uuid(),
      machine: name,
      project: name,
      models: fc.array(name, { maxLength: 3 }),
      seconds_ago: fc.nat(90_000),
      tokens: fc.nat(2_000_000_000),
      cost: fc.constantFrom('0', '1234.56', null),
      points: fc.array(fc.tuple(fc.nat(3700), fc.nat(9_000_000)).map(([ago, tokens]) => used(ago, tokens))),
      context: fc.constantFrom(null, 180_000),
    })
    const anything = fc.record({
      rows: fc.array(row, { maxLength: 30 }),
      columns: fc.integer({ min: 60, max: 200 }),
      height: fc.integer({ min: 16, max: 60 }),
      by: fc.constantFrom(...RECENT_GROUPINGS),
      metric: fc.constantFrom('tokens' as const, 'cost' as const),
      isHelp: fc.boolean(),
      ascii: fc.boolean(),
      isAway: fc.boolean(),
      filters: name,
    })
    fc.assert(
      fc.property(anything, ({ rows, columns, height, by, metric, isHelp, ascii, isAway, filters }) => {
        const answered = { ...ANSWERED, by, answer: anAnswer(rows.map(aRow), LIMITS) }
        const problem = isAway ? new Problem('unreachable', 'Cannot reach it.') : undefined
        const view = { metric, isHelp, by, selected: rows.at(-1)?.group }
        const known = { answered, problem }
        const lines = frame({ view, known, columns, rows: height, flags: { ascii }, filters })
        expect(lines).toHaveLength(height)
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns)
        // oxlint-disable-next-line no-control-regex
        expect(lines.join('')).not.toMatch(ascii ? /[^ -~]/ : /[\u0000-\u001f]/)
      }),
      { numRuns: 150 },
    )
  })

  test('keeps the numbers of a server that is away as they were, dimmed, and says since when', () => {
    const problem = new Problem('unreachable', 'Cannot reach http://nas:8420 (connection refused).')
    const now = TOP_NOW + 90_000
    const lines = frame({ known: { problem }, now })
    expect(lines[0]).toMatch(/^forge top · all machines +▲ last data 20:36:08, reconnecting$/)
    expect(lines.slice(2, -1)).toEqual(frame().slice(2, -1))
    const coloured = frame({ known: { problem }, now, flags: { color: 'always' } }).slice(2, -1)
    for (const line of coloured.filter((text) => text !== '')) expect(line).toMatch(/^\u001b\[2m[^\u001b]*\u001b\[22m$/) // oxlint-disable-line no-control-regex
  })

  test('shows this machine until a server answers', () => {
    const problem = new Problem('unreachable', 'Cannot reach http://nas:8420 (connection refused).')
    const known = { answered: { ...ANSWERED, scope: 'local' as const }, problem }
    expect(frame({ known })[0]).toBe('forge top · this machine                 ▲ http://nas:8420 is away, trying again')
  })

  test('says that a key was revoked, and what to do', () => {
    const known = { problem: new Problem('unauthenticated', 'This key was revoked.') }
    expect(frame({ known })[0]).toMatch(/▲ signed out: forge login http:\/\/nas:8420$/)
  })

  test('says that it waits, and where there is nothing, too', () => {
    expect(frame({ known: { answered: undefined } })[3]).toBe('Asking http://nas:8420 …')
    const problem = new Problem('internal', 'The server failed.', { hint: 'Look at its log.' })
    expect(frame({ known: { answered: undefined, problem } }).slice(3, 5)).toEqual([
      'The server failed.',
      'Look at its log.',
    ])
    const empty = frame({ known: { answered: { ...ANSWERED, answer: anAnswer([]) } } })
    expect(empty.join('\n')).toMatch(/Today {2}no tokens {2}no session now[^]*nothing used[^]*No usage today yet\./)
  })

  test('says that it is paused, what is filtered, and how new it is', () => {
    expect(frame({ view: { isPaused: true } })[0]).toMatch(/20:36:08 {2}paused$/)
    expect(frame({ filters: 'machine studio' })[0]).toMatch(
      /^forge top · all machines · machine studio +20:36:08 {2}live$/,
    )
    expect(frame({ known: { isLive: false } })[0]).toMatch(/20:36:08 {2}every 5 s$/)
  })

  test('goes down to the selected row', () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      aRow({ group: `s${i}`, machine: `machine-${i}`, seconds_ago: 400 + i, tokens: 1000 }),
    )
    const known = { answered: { ...ANSWERED, answer: anAnswer(rows) } }
    const seen = (selected: string | undefined) =>
      frame({ known, view: { selected } }).flatMap((line) => /machine-\d+|… .*/.exec(line)?.[0].trim() ?? [])
    expect(seen(undefined)).toEqual([...Array.from({ length: 10 }, (_, i) => `machine-${i}`), '… 30 below'])
    expect(seen('s20').slice(-2)).toEqual(['machine-20', '… 11 above, 19 below'])
    expect(seen('s39').slice(-2)).toEqual(['machine-39', '… 30 above'])
  })

  test('needs some room, and says so', () => {
    expect(frame({ columns: 59, rows: 30 })).toEqual([
      'forge top needs 60 × 16 cells; here are 59 × 30.',
      'Make the terminal larger, or press q.',
    ])
    expect(frame({ columns: 20, rows: 10 })[0]).toBe('forge top needs 60 ×')
  })
})

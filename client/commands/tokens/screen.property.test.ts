import fc from 'fast-check'
import { METRICS } from '../../../core/metric.ts'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { compactCount, fullCount } from '../../../core/format.ts'
import { GROUPINGS } from '../../../core/grouping.ts'
import type { UsageRow } from '../../../core/report-specs.ts'
import { estimate, lastDays, machine, reportsOf, row, run } from './testing.ts'

const name = fc.oneof(
  fc.constantFrom(
    'claude-opus-4-5-20251101',
    'glm-4.7',
    '',
    '客户项目报告中心系统设计文档',
    'x'.repeat(300),
    '\u001b[2J',
  ),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const count = fc.oneof(fc.integer({ min: 0, max: 1e15 }), fc.integer({ min: 0, max: 5000 }), fc.constant(1e15))
const day = fc.constantFrom(...lastDays(9))
const usageRow = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(day, name, count).map(([date, group, total]) => row(date, group, total)) },
  { weight: 1, arbitrary: fc.tuple(day, name, count).map(([date, group, total]) => estimate(date, group, total)) },
)

/** Whole numbers end at 2^53: no ledger holds more. */
const rows = fc
  .array(usageRow, { maxLength: 14 })
  .filter((list) => list.reduce((sum, { total_tokens }) => sum + total_tokens, 0) <= Number.MAX_SAFE_INTEGER)

const machines = fc.array(
  fc.tuple(name, fc.integer({ min: -10, max: 60_000 })).map(([host, age]) => machine(host, age)),
  {
    maxLength: 6,
  },
)
const anyOptions = fc.record({
  by: fc.constantFrom(undefined, ...GROUPINGS.filter((by) => by !== 'none')),
  full: fc.boolean(),
  ascii: fc.boolean(),
  color: fc.constantFrom('never' as const, 'always' as const),
  days: fc.constantFrom(undefined, undefined, 1, 9, 9, 340),
  metric: fc.constantFrom(...METRICS),
  compare: fc.boolean(),
  tz: fc.constantFrom('Europe/Berlin', 'America/Argentina/ComodRivadavia'),
})
/** What cannot be divided is refused. */
const options = anyOptions.map((given) =>
  ['sessions', 'messages'].includes(given.metric) ? { ...given, by: undefined } : given,
)
const scope = fc.constantFrom(
  { kind: 'server', url: 'http://nas:8420' } as const,
  { kind: 'local', joined: false } as const,
  { kind: 'local', joined: true } as const,
)

describe('whatever the rows and the width', () => {
  test('no line is wider than the terminal, and every number is whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ rows, machines, options, scope, width: fc.integer({ min: 40, max: 200 }) }),
        async (given) => {
          const { out } = await run(reportsOf(given), given.options, given)
          const lines = out.split('\n')
          expect(lines.filter((line) => stringWidth(line) > given.width)).toEqual([])
          const drawn = lastDays(given.options.days ?? 7)
          const text = given.options.full ? fullCount : compactCount
          const words = new Set(lines.flatMap((line) => line.split(' ')))
          const shown = given.rows.filter(({ date }) => drawn.includes(date))
          const totals = drawn.map((date) => sum(shown.filter((one) => one.date === date)))
          // Squares and weeks show their sum alone.
          const numbers = given.options.days === 340 ? [sum(shown)] : [...totals, sum(shown)]
          const missing = numbers.filter((total) => total > 0 && !words.has(text(total)))
          expect(missing).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })

  test('no name writes to the terminal, and ASCII is ASCII', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ rows, machines, options, scope }), async (given) => {
        const quiet = { ...given.options, color: 'never' as const }
        const { out } = await run(reportsOf(given), quiet)
        // oxlint-disable-next-line no-control-regex
        expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        if (quiet.ascii) expect(out).toMatch(/^[\x20-\x7e\n]*$/)
      }),
    )
  })
})

function sum(rows: readonly UsageRow[]): number {
  return rows.reduce((total, { total_tokens }) => total + total_tokens, 0)
}

import { describe, expect, test } from 'vitest'
import { row, screen } from './testing.ts'

describe('series', () => {
  test('are three at most, and twelve models leave nine others', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => row('2026-11-20', `model-${i}`, 1_000_000 - i * 50_000))
    expect(await screen({ rows }, { quiet: true })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)                      Europe/Berlin

                                                                       tokens     cost
      Mon 16 Nov ·                                                          -        -
      Tue 17 Nov ·                                                          -        -
      Wed 18 Nov ·                                                          -        -
      Thu 19 Nov ·                                                          -        -
      Fri 20 Nov ██████▓▓▓▓▓▒▒▒▒▒░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░     8.70M   $13.05
      Sat 21 Nov ·                                                          -        -
      Sun 22 Nov ·                                                          -        -
                                                                     ─────────────────
      Total      █ model-0   ▓ model-1   ▒ model-2   ░ other (9)        8.70M   $13.05
      "
    `)
  })

  test('a fourth alone keeps its name', async () => {
    const rows = ['a', 'b', 'c', 'd'].map((name, i) => row('2026-11-20', name, 1000 - i))
    expect(await screen({ rows })).toContain('█ a   ▓ b   ▒ c   ░ d')
  })

  test('of token classes have names for people', async () => {
    const rows = ['cache_read_tokens', 'output_tokens', 'cache_write_1h_tokens', ''].map((group, i) =>
      row('2026-11-20', group, 1000 - i),
    )
    expect(await screen({ rows }, { by: 'type' })).toMatch(
      /█ cache reads   ▓ output   ▒ cache writes 1h .*\n +░ undivided\n/,
    )
  })

  test('without a name are unknown', async () => {
    expect(await screen({ rows: [row('2026-11-20', '', 1000)] }, { by: 'project' })).toContain('█ unknown')
  })
})

test('one event has one bar, as long as can be', async () => {
  expect(await screen({ rows: [row('2026-11-22', 'claude-opus-4-5-20251101', 1)] }, { days: 1 }))
    .toMatchInlineSnapshot(`
      "
      Tokens per hour · Sun 22 Nov · all machines (3)                    Europe/Berlin

                                                                       tokens     cost
      00:00 ███████████████████████████████████████████████████████         1   <$0.01
      01:00 ·                                                               -        -
      02:00 ·                                                               -        -
      03:00 ·                                                               -        -
      04:00 ·                                                               -        -
      05:00 ·                                                               -        -
      06:00 ·                                                               -        -
      07:00 ·                                                               -        -
      08:00 ·                                                               -        -
      09:00 ·                                                               -        -
      10:00 ·                                                               -        -
      11:00 ·                                                               -        -
      12:00 ·                                                               -        -
      13:00 ·                                                               -        -
      14:00 ·                                                               -        -
      15:00 ·                                                               -        -
      16:00 ·                                                               -        -
      17:00 ·                                                               -        -
      18:00 ·                                                               -        -
      19:00 ·                                                               -        -
      20:00 ·                                                               -        -
      21:00 ·                                                               -        -
      22:00 ·                                                               -        -
      23:00 ·                                                               -        -
                                                                     ─────────────────
      Total █ opus-4-5                                                      1   <$0.01

      No use on the Sunday before.  Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 0% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.
      ▲ old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11
      days.
      More: --by machine|project|type   --metric cost|output   -d 30   forge explain
      "
    `)
})

test('days of another year say which', async () => {
  const rows = [row('2025-12-31', 'a', 1000)]
  expect(await screen({ rows }, { since: '2025-12-30', until: '2026-01-01', quiet: true })).toMatchInlineSnapshot(`
    "
    Tokens per day · 30 Dec 2025 – 1 Jan 2026 · all machines (3)       Europe/Berlin

                                                                     tokens     cost
    Tue 30 Dec 2025 ·                                                     -        -
    Wed 31 Dec 2025 █████████████████████████████████████████████     1.00K   <$0.01
    Thu  1 Jan 2026 ·                                                     -        -
                                                                   ─────────────────
    Total           █ a                                               1.00K   <$0.01
    "
  `)
})

describe('names from outside', () => {
  const names = [
    '客户项目报告中心系统设计文档与实现',
    'x'.repeat(300),
    '👩‍🚀 moon\u001b[2J\u0007\u202e',
    '\u001b]0;owned\u0007',
  ]
  const rows = names.map((name, i) => row('2026-11-20', name, 1_000_000 - i * 1000))

  test('are shortened or given a line, and write nothing to the terminal', async () => {
    const out = await screen({ rows }, { by: 'project', quiet: true })
    expect(out).not.toMatch(/[\u001b\u0007\u202e\u009b]/) // oxlint-disable-line no-control-regex
    expect(out).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)                      Europe/Berlin

                                                                       tokens     cost
      Mon 16 Nov ·                                                          -        -
      Tue 17 Nov ·                                                          -        -
      Wed 18 Nov ·                                                          -        -
      Thu 19 Nov ·                                                          -        -
      Fri 20 Nov █████████████▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░     3.99M    $5.99
      Sat 21 Nov ·                                                          -        -
      Sun 22 Nov ·                                                          -        -
                                                                     ─────────────────
      Total      █ 客户项目报告中心系统设计文档与实现                   3.99M    $5.99
                 ▓ xxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxxxxx
                 ▒ 👩🚀 moon[2J   ░ ]0;owned
      "
    `)
  })

  test('in every format', async () => {
    for (const options of [{ accessible: true }, { plain: true }, { csv: true }, { json: true }]) {
      const out = await screen({ rows }, { by: 'project', ...options })
      expect(out, JSON.stringify(options)).not.toMatch(/[\u001b\u0007\u202e\u009b]|\\u001b/) // oxlint-disable-line no-control-regex
      expect(out).toContain('moon')
    }
  })
})

test('numbers up to a thousand trillion are never cut', async () => {
  const rows = [row('2026-11-20', 'a', 1e15), row('2026-11-21', 'b', 999_999_999_999_999)]
  expect(await screen({ rows }, { quiet: true })).toMatch(/Total .* 2.00Q +\$3,000,000,000.00\n/)
  expect(await screen({ rows }, { quiet: true, full: true }, { width: 60 })).toMatchInlineSnapshot(`
    "
    Tokens per day · 16–22 Nov · all machines (3)  Europe/Berlin

                                       tokens               cost
    Mon 16 Nov ·                            -                  -
    Tue 17 Nov ·                            -                  -
    Wed 18 Nov ·                            -                  -
    Thu 19 Nov ·                            -                  -
    Fri 20 Nov █████    1,000,000,000,000,000  $1,500,000,000.00
    Sat 21 Nov ▓▓▓▓▓      999,999,999,999,999  $1,500,000,000.00
    Sun 22 Nov ·                            -                  -
                      ──────────────────────────────────────────
    Total      █ a      1,999,999,999,999,999  $3,000,000,000.00
               ▓ b
    "
  `)
})

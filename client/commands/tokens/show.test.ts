import { describe, expect, test } from 'vitest'
import type { UsageEvent } from '../../../core/usage-event.ts'
import { recordFigures } from '../../../store/day-figures.ts'
import { record } from '../../../store/ledger.ts'
import { meetMachine } from '../../../store/meet-machine.ts'
import { openMachineLedger } from '../../../store/open.ts'
import { ledgerReports } from '../../../store/reports/index.ts'
import { ONLY_OWNER } from '../../../store/schema.ts'
import { estimate, type Given, NOW, reportsOf, row, run, SESSIONS, type Terminal, WEEK } from './testing.ts'
import type { TokensOptions } from './show.ts'

const week: Given = { rows: WEEK, sessions: SESSIONS }

async function screen(given: Given, options: TokensOptions = {}, terminal: Terminal = {}): Promise<string> {
  const { code, out, err } = await run(reportsOf(given), options, terminal)
  expect(code).toBe(0)
  expect(err).toBe('')
  return `\n${out}`
}

describe('a week of three models', () => {
  test('at 80 columns', async () => {
    expect(await screen(week)).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)                      Europe/Berlin

                                                                       tokens     cost
      Mon 16 Nov ███████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒        3.55M    $5.33
      Tue 17 Nov █████████████████████▓▓▓▓▓▓▓▓▒▒▒▒▒                     2.57M    $3.86
      Wed 18 Nov ███████████▓▓▒▒▒                                       1.19M    $1.79
      Thu 19 Nov ███████████████████████████████████▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒     3.75M    $5.63
      Fri 20 Nov ████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒                            2.03M    $3.05
      Sat 21 Nov ·                                                          -        -
      Sun 22 Nov ███████████▒▒                                          1.00M    $1.50
                                                                     ─────────────────
      Total      █ opus-4-5   ▓ sonnet-4-5   ▒ haiku-4-5               14.09M   $21.14

      12% less than the week before (16.01M).  Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 87% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.
      ▲ old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11
      days.
      More: --by machine|project|type   --metric cost|output   -d 30   forge explain
      "
    `)
  })

  test('at 120 columns has room for output, cached and sessions', async () => {
    expect(await screen(week, {}, { width: 120 })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)                                                              Europe/Berlin

                                                                                        tokens   output  cached     cost  sess
      Mon 16 Nov ████████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒         3.55M     111K     87%    $5.33     9
      Tue 17 Nov ████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒                          2.57M    80.3K     88%    $3.86     7
      Wed 18 Nov ██████████████▓▓▓▒▒▒▒                                                   1.19M    37.2K     88%    $1.79     4
      Thu 19 Nov ███████████████████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒     3.75M     117K     88%    $5.63     8
      Fri 20 Nov ███████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒                                    2.03M    63.4K     88%    $3.05     5
      Sat 21 Nov ·                                                                           -        -       -        -     -
      Sun 22 Nov ███████████████▒▒▒                                                      1.00M    31.2K     88%    $1.50     3
                                                                                      ────────────────────────────────────────
      Total      █ opus-4-5   ▓ sonnet-4-5   ▒ haiku-4-5                                14.09M     440K     87%   $21.14    36

      12% less than the week before (16.01M).  Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 87% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.
      ▲ old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11 days.
      More: --by machine|project|type   --metric cost|output   -d 30   forge explain
      "
    `)
  })

  test('at 60 columns', async () => {
    expect(await screen(week, {}, { width: 60 })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)  Europe/Berlin

                                                   tokens     cost
      Mon 16 Nov ████████████████▓▓▓▓▓▓▓▓▓▒▒▒       3.55M    $5.33
      Tue 17 Nov █████████████▓▓▓▓▓▒▒▒              2.57M    $3.86
      Wed 18 Nov ███████▓▒▒                         1.19M    $1.79
      Thu 19 Nov █████████████████████▓▓▓▓▓▒▒▒▒     3.75M    $5.63
      Fri 20 Nov █████▓▓▓▓▓▓▓▓▓▒▒                   2.03M    $3.05
      Sat 21 Nov ·                                      -        -
      Sun 22 Nov ███████▒                           1.00M    $1.50
                                                 ─────────────────
      Total      █ opus-4-5   ▓ sonnet-4-5         14.09M   $21.14
                 ▒ haiku-4-5

      12% less than the week before (16.01M).
      Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 87%
      are cache reads.
      Cost = API list price, not a bill; calls never written down
      are not in it.
      Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.
      ▲ old-mbp has not synced for 19 days; its oldest transcripts
      are deleted in 11 days.
      More: --by machine|project|type   --metric cost|output
      -d 30   forge explain
      "
    `)
  })

  test('below 60 columns is a list without bars', async () => {
    expect(await screen(week, {}, { width: 44 })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov
      all machines (3) · Europe/Berlin

                  tokens     cost
      Mon 16 Nov   3.55M    $5.33
      Tue 17 Nov   2.57M    $3.86
      Wed 18 Nov   1.19M    $1.79
      Thu 19 Nov   3.75M    $5.63
      Fri 20 Nov   2.03M    $3.05
      Sat 21 Nov       -        -
      Sun 22 Nov   1.00M    $1.50
                ─────────────────
      Total       14.09M   $21.14

      opus-4-5     8.52M      60%
      sonnet-4-5   3.76M      27%
      haiku-4-5    1.81M      13%

      12% less than the week before (16.01M).
      Today is partial, as of 20:36.
      Tokens = input + output + cache writes +
      cache reads; 87% are cache reads.
      Cost = API list price, not a bill; calls
      never written down are not in it.
      Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19
      days ago.
      ▲ old-mbp has not synced for 19 days; its
      oldest transcripts are deleted in 11 days.
      More: --by machine|project|type
      --metric cost|output   -d 30   forge explain
      "
    `)
  })

  test('in ASCII', async () => {
    const out = await screen(week, { ascii: true })
    expect(out).toMatch(/^[\x20-\x7e\n]*$/)
    expect(out).toMatchInlineSnapshot(`
      "
      Tokens per day | 16-22 Nov | all machines (3)                      Europe/Berlin

                                                                       tokens     cost
      Mon 16 Nov ###########################===============-----        3.55M    $5.33
      Tue 17 Nov #####################========-----                     2.57M    $3.86
      Wed 18 Nov ###########==---                                       1.19M    $1.79
      Thu 19 Nov ###################################=========------     3.75M    $5.63
      Fri 20 Nov ########================---                            2.03M    $3.05
      Sat 21 Nov .                                                          -        -
      Sun 22 Nov ###########--                                          1.00M    $1.50
                                                                     -----------------
      Total      # opus-4-5   = sonnet-4-5   - haiku-4-5               14.09M   $21.14

      12% less than the week before (16.01M).  Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 87% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      Synced 2 min ago, ci 3 h ago; [!] old-mbp 19 days ago.
      [!] old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11
      days.
      More: --by machine|project|type   --metric cost|output   -d 30   forge explain
      "
    `)
    expect(await screen(week, {}, { env: { NO_COLOR: '1', LANG: 'C' } })).toBe(out)
  })

  test('in colour', async () => {
    const out = await screen(week, {}, { env: { COLORTERM: 'truecolor' } })
    expect(JSON.stringify(out.split('\n').slice(1), null, 1)).toMatchInlineSnapshot(`
      "[
       "Tokens per day · 16–22 Nov · all machines (3)                      \\u001b[2mEurope/Berlin\\u001b[22m",
       "",
       "                                                                 tokens     cost",
       "Mon 16 Nov \\u001b[38;2;111;66;216m███████████████████████████\\u001b[39m\\u001b[38;2;196;118;0m███████████████\\u001b[39m\\u001b[38;2;15;142;163m█████▍\\u001b[39m       3.55M    $5.33",
       "Tue 17 Nov \\u001b[38;2;111;66;216m█████████████████████\\u001b[39m\\u001b[38;2;196;118;0m████████\\u001b[39m\\u001b[38;2;15;142;163m█████▎\\u001b[39m                    2.57M    $3.86",
       "Wed 18 Nov \\u001b[38;2;111;66;216m███████████\\u001b[39m\\u001b[38;2;196;118;0m██\\u001b[39m\\u001b[38;2;15;142;163m██▉\\u001b[39m                                       1.19M    $1.79",
       "Thu 19 Nov \\u001b[38;2;111;66;216m███████████████████████████████████\\u001b[39m\\u001b[38;2;196;118;0m█████████\\u001b[39m\\u001b[38;2;15;142;163m██████\\u001b[39m     3.75M    $5.63",
       "Fri 20 Nov \\u001b[38;2;111;66;216m████████\\u001b[39m\\u001b[38;2;196;118;0m████████████████\\u001b[39m\\u001b[38;2;15;142;163m███▏\\u001b[39m                           2.03M    $3.05",
       "Sat 21 Nov ·                                                          -        -",
       "\\u001b[1mSun 22 Nov\\u001b[22m \\u001b[38;2;111;66;216m███████████\\u001b[39m\\u001b[38;2;15;142;163m██▍\\u001b[39m                                         1.00M    $1.50",
       "                                                               \\u001b[2m─────────────────\\u001b[22m",
       "Total      \\u001b[38;2;111;66;216m█\\u001b[39m opus-4-5   \\u001b[38;2;196;118;0m█\\u001b[39m sonnet-4-5   \\u001b[38;2;15;142;163m█\\u001b[39m haiku-4-5               14.09M   $21.14",
       "",
       "\\u001b[2m12% less than the week before (16.01M).  Today is partial, as of 20:36.\\u001b[22m",
       "\\u001b[2mTokens = input + output + cache writes + cache reads; 87% are cache reads.\\u001b[22m",
       "\\u001b[2mCost = API list price, not a bill; calls never written down are not in it.\\u001b[22m",
       "\\u001b[2mSynced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.\\u001b[22m",
       "\\u001b[2m▲ old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11\\u001b[22m",
       "\\u001b[2mdays.\\u001b[22m",
       "\\u001b[2mMore: --by machine|project|type   --metric cost|output   -d 30   forge explain\\u001b[22m",
       ""
      ]"
    `)
  })

  test('to be read aloud', async () => {
    const out = await screen(week, { accessible: true })
    expect(out).toMatchInlineSnapshot(`
      "
      Tokens per day, Monday 16 November to Sunday 22 November, all machines (3), Europe/Berlin.
      Monday 16 November: 3.55 million tokens, 5.33 dollars. opus-4-5 57 percent, sonnet-4-5 32, haiku-4-5 11.
      Tuesday 17 November: 2.57 million tokens, 3.86 dollars. opus-4-5 62 percent, sonnet-4-5 24, haiku-4-5 15.
      Wednesday 18 November: 1.19 million tokens, 1.79 dollars. opus-4-5 69 percent, sonnet-4-5 13, haiku-4-5 19.
      Thursday 19 November: 3.75 million tokens, 5.63 dollars. opus-4-5 70 percent, sonnet-4-5 18, haiku-4-5 12.
      Friday 20 November: 2.03 million tokens, 3.05 dollars. opus-4-5 30 percent, sonnet-4-5 59, haiku-4-5 11.
      Saturday 21 November: no use.
      Sunday 22 November: 1.00 million tokens, 1.50 dollars. opus-4-5 85 percent, haiku-4-5 15.
      Total: 14.09 million tokens, 21.14 dollars.
      12% less than the week before (16.01M). Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 87% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      Synced 2 min ago, ci 3 h ago; attention: old-mbp 19 days ago.
      attention: old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11 days.
      "
    `)
    expect(await screen(week, {}, { env: { FORGE_ACCESSIBLE: '1' } })).toBe(out)
  })

  test('with its numbers in full', async () => {
    expect(await screen(week, { full: true, quiet: true }, { width: 120 })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)                                                              Europe/Berlin

                                                                                        tokens   output  cached     cost  sess
      Mon 16 Nov ██████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒        3,551,204  110,975     87%    $5.33     9
      Tue 17 Nov ███████████████████████████▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒                         2,570,000   80,312     88%    $3.86     7
      Wed 18 Nov ██████████████▓▓▒▒▒▒                                                1,190,000   37,186     88%    $1.79     4
      Thu 19 Nov ████████████████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒     3,750,000  117,186     88%    $5.63     8
      Fri 20 Nov ██████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒                                  2,030,000   63,436     88%    $3.05     5
      Sat 21 Nov ·                                                                           -        -       -        -     -
      Sun 22 Nov ██████████████▒▒▒                                                   1,000,000   31,249     88%    $1.50     3
                                                                                  ────────────────────────────────────────────
      Total      █ opus-4-5   ▓ sonnet-4-5   ▒ haiku-4-5                            14,091,204  440,344     87%   $21.14    36
      "
    `)
  })

  test('--quiet leaves out what explains the numbers', async () => {
    const lines = (await screen(week, { quiet: true })).trimEnd().split('\n')
    expect(lines.at(-1)).toMatch(/^Total .* 14\.09M +\$21\.14$/)
  })
})

test('sessions of a day are those of the day, however many models they used', async () => {
  const out = await screen(week, {}, { width: 120 })
  expect(out).toMatch(/Mon 16 Nov .* 9\n/)
  expect(out).toMatch(/Total .* 36\n/)
})

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

describe('estimates', () => {
  const rows = [...WEEK, estimate('2026-11-21', 'claude-opus-4-5-20251101', 3_200_000)]

  test('are drawn in a glyph of their own, explained, and in no total', async () => {
    expect(await screen({ rows })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)                      Europe/Berlin

                                                                       tokens     cost
      Mon 16 Nov ███████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒        3.55M    $5.33
      Tue 17 Nov █████████████████████▓▓▓▓▓▓▓▓▒▒▒▒▒                     2.57M    $3.86
      Wed 18 Nov ███████████▓▓▒▒▒                                       1.19M    $1.79
      Thu 19 Nov ███████████████████████████████████▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒     3.75M    $5.63
      Fri 20 Nov ████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒                            2.03M    $3.05
      Sat 21 Nov ╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱           ≈3.20M        ?
      Sun 22 Nov ███████████▒▒                                          1.00M    $1.50
                                                                     ─────────────────
      Total      █ opus-4-5   ▓ sonnet-4-5   ▒ haiku-4-5               14.09M   $21.14

      Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 87% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      ≈3.20M is an estimate of stats-cache.json, about twice too high, in no total.
      Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.
      ▲ old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11
      days.
      More: --by machine|project|type   --metric cost|output   -d 30   forge explain
      "
    `)
  })

  test('in ASCII', async () => {
    const out = await screen({ rows }, { ascii: true })
    expect(out).toMatch(/Sat 21 Nov ~{10,} +~3\.20M +\?\n/)
  })

  test('read aloud', async () => {
    expect(await screen({ rows }, { accessible: true })).toContain(
      '\nSaturday 21 November: about 3.20 million tokens, an estimate.\n',
    )
  })

  test('alone are no empty week', async () => {
    expect(await screen({ rows: [estimate('2026-11-21', 'x', 3_200_000)] })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)                      Europe/Berlin

                                                                       tokens     cost
      Mon 16 Nov ·                                                          -        -
      Tue 17 Nov ·                                                          -        -
      Wed 18 Nov ·                                                          -        -
      Thu 19 Nov ·                                                          -        -
      Fri 20 Nov ·                                                          -        -
      Sat 21 Nov ╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱    ≈3.20M        ?
      Sun 22 Nov ·                                                          -        -
                                                                     ─────────────────
      Total                                                                 -        ?

      Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads.
      ≈3.20M is an estimate of stats-cache.json, about twice too high, in no total.
      Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.
      ▲ old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11
      days.
      More: --by machine|project|type   --metric cost|output   -d 30   forge explain
      "
    `)
  })
})

test('what original clients reported is in the total and said', async () => {
  const rows = [row('2026-11-20', 'glm-4.7', 1_200_000, { reported_tokens: 1_200_000 })]
  const out = await screen({ rows })
  expect(out).toContain('1.20M of the total are day totals of original clients or imports.')
  expect(out).toMatch(/Total .* 1\.20M +\S+\n/)
})

describe('compared with the days before', () => {
  const compared = async (now: number, then: number, options: TokensOptions = {}) => {
    const rows = [row('2026-11-22', 'a', now), row(options.days === 1 ? '2026-11-21' : '2026-11-12', 'a', then)]
    return (await screen({ rows: rows.filter(({ total_tokens }) => total_tokens > 0) }, options)).match(
      /\n(.*)Today is/,
    )?.[1]
  }

  test('use is less, more, as much, or some times as much', async () => {
    expect(await compared(880, 1000)).toBe('12% less than the week before (1.00K).  ')
    expect(await compared(1, 1000)).toBe('99% less than the week before (1.00K).  ')
    expect(await compared(1500, 1000)).toBe('50% more than the week before (1.00K).  ')
    expect(await compared(1004, 1000)).toBe('As much as the week before (1.00K).  ')
    expect(await compared(4200, 1000)).toBe('4.2 times the week before (1.00K).  ')
    expect(await compared(880, 0)).toBe('No use in the week before.  ')
  })

  test('the days before have a name of their own', async () => {
    const aDay = { days: 1, until: '2026-11-22' }
    const sunday = [row('2026-11-22', 'a', 880), row('2026-11-15', 'a', 1000), row('2026-11-21', 'a', 5000)]
    expect(await screen({ rows: sunday }, aDay)).toContain('12% less than the Sunday before (1.00K).')
    expect(await screen({ rows: sunday.slice(0, 1) }, aDay)).toContain('No use on the Sunday before.')
    const rows = [row('2026-11-22', 'a', 880), row('2026-10-17', 'a', 1000)]
    expect(await screen({ rows }, { days: 30 })).toContain('12% less than 19 Sep – 18 Oct (1.00K).')
    expect(await screen({ rows }, { days: 28 })).toContain('12% less than the 4 weeks before (1.00K).')
  })

  test('an estimate is compared with nothing', async () => {
    const rows = [row('2026-11-22', 'a', 880), row('2026-11-12', 'a', 500), estimate('2026-11-11', 'a', 1000)]
    expect(await screen({ rows })).not.toContain('the week before')
  })
})

test('a range without today has no partial day', async () => {
  expect(await screen(week, { until: '2026-11-20' })).not.toContain('Today is partial')
  const rows = [row('2026-11-24', 'a', 1000)]
  expect(await screen({ rows }, { since: '2026-11-23', until: '2026-11-25' })).not.toContain('Today is partial')
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

describe('without any usage', () => {
  test('in the range, its days are drawn empty and a command leads to where there is some', async () => {
    expect(await screen({ rows: WEEK }, { until: '2026-11-10' })).toMatchInlineSnapshot(`
      "
      Tokens per day · 4–10 Nov · all machines (3)                       Europe/Berlin

                                                                       tokens     cost
      Wed  4 Nov ·                                                          -        -
      Thu  5 Nov ·                                                          -        -
      Fri  6 Nov ·                                                          -        -
      Sat  7 Nov ·                                                          -        -
      Sun  8 Nov ·                                                          -        -
      Mon  9 Nov ·                                                          -        -
      Tue 10 Nov ·                                                          -        -
                                                                     ─────────────────
      Total                                                                 -        -

      No usage on these days. There is some from Thu 12 Nov to Sun 22 Nov:
      forge tokens --since 2026-11-16 --until 2026-11-22
      "
    `)
  })

  test('at all, a sentence says what to do', async () => {
    expect(await screen({ rows: [] })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · all machines (3)                      Europe/Berlin

      http://nas:8420 has no usage yet.
      Send it what this machine has: forge sync
      "
    `)
    expect(await screen({ rows: [] }, {}, { scope: { kind: 'local', joined: false } })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · this machine                          Europe/Berlin

      No usage was found on this machine yet.
      Use Claude Code here, then look again: forge tokens
      "
    `)
  })

  test('a pipe gets the empty days, and standard error the sentence', async () => {
    const { code, out, err } = await run(reportsOf({ rows: [] }), { days: 2 }, { isTTY: false })
    expect(code).toBe(0)
    expect(out.split('\n').slice(1)).toEqual(['2026-11-21', '2026-11-22', ''])
    expect(err).toBe('http://nas:8420 has no usage yet. Send it what this machine has: forge sync\n')
    expect((await run(reportsOf({ rows: [] }), { csv: true, quiet: true }, { isTTY: false })).err).toBe('')
  })

  test('read aloud', async () => {
    expect(await screen({ rows: [] }, { accessible: true })).toContain('http://nas:8420 has no usage yet.')
  })
})

describe('this machine alone', () => {
  test('is said, and how the others join', async () => {
    expect(await screen(week, {}, { scope: { kind: 'local', joined: false } })).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · this machine                          Europe/Berlin

                                                                       tokens     cost
      Mon 16 Nov ███████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒        3.55M    $5.33
      Tue 17 Nov █████████████████████▓▓▓▓▓▓▓▓▒▒▒▒▒                     2.57M    $3.86
      Wed 18 Nov ███████████▓▓▒▒▒                                       1.19M    $1.79
      Thu 19 Nov ███████████████████████████████████▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒     3.75M    $5.63
      Fri 20 Nov ████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒                            2.03M    $3.05
      Sat 21 Nov ·                                                          -        -
      Sun 22 Nov ███████████▒▒                                          1.00M    $1.50
                                                                     ─────────────────
      Total      █ opus-4-5   ▓ sonnet-4-5   ▒ haiku-4-5               14.09M   $21.14

      12% less than the week before (16.01M).  Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 87% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      This machine only.
      ▲ old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11
      days.
      More: --by machine|project|type   --metric cost|output   -d 30   forge explain
      All your machines: forge serve on one, forge login URL on each
      "
    `)
  })

  test('with a server is said, and how to see all', async () => {
    const out = await screen(week, {}, { scope: { kind: 'local', joined: true } })
    expect(out).toContain('This machine only; all of them without --local.')
    expect(out).not.toContain('forge serve')
  })
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

describe('what is written where', () => {
  test('a pipe gets rows, as --plain does', async () => {
    const piped = await run(reportsOf(week), { days: 2 }, { isTTY: false })
    expect(piped.out).toMatchInlineSnapshot(`
      "date	group	total_tokens	input_tokens	output_tokens	cache_read_tokens	cache_creation_tokens	cache_write_5m_tokens	cache_write_1h_tokens	response_count	session_count	reported_tokens	estimated_tokens	cost_usd	contract_cost_usd	unpriced_tokens	message_count	tool_call_count	web_search_count	understated_count	contract_unpriced_tokens	contract_saving_usd	coverage
      2026-11-21
      2026-11-22	claude-opus-4-5-20251101	846000	79313	26437	740250	0	0	0	1	1	0	0	1.269		0	1	0	0	0	0		
      2026-11-22	claude-haiku-4-5-20251001	154000	14438	4812	134750	0	0	0	1	1	0	0	0.231		0	1	0	0	0	0		
      "
    `)
    expect(piped.err).toBe('')
    expect((await run(reportsOf(week), { days: 2, plain: true })).out).toBe(piped.out)
  })

  test('a pipe gets rows though someone wants sentences or colour', async () => {
    const env = { FORGE_ACCESSIBLE: '1', FORCE_COLOR: '3' }
    const { out } = await run(reportsOf(week), {}, { isTTY: false, env })
    expect(out).toMatch(/^date\tgroup\t/)
    expect(out).not.toContain('\u001b')
  })

  test('a question that cannot be asked writes nothing', async () => {
    await expect(run(reportsOf(week), { since: '2026-13-99' })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

test('a real ledger is drawn to the last token', async () => {
  const ledger = await openMachineLedger(':memory:')
  try {
    await ledger.db.transaction().execute(async (tx) => {
      await meetMachine(tx, ONLY_OWNER, { id: 'm-1', hostname: 'studio', protocol: 2 }, NOW)
      await record(tx, ONLY_OWNER, [
        anEvent('a', '2026-11-22T09:00:00Z', { cache_read_tokens: 900, output_tokens: 100 }),
        // Half an hour before midnight in UTC is already the 22nd in Berlin.
        anEvent('b', '2026-11-21T23:30:00Z', { input_tokens: 50, session: 's-2' }),
        anEvent('c', '2026-11-20T10:00:00Z', { output_tokens: 500, model: 'glm-4.7' }),
        anEvent('c', '2026-11-20T10:00:00Z', { output_tokens: 500, model: 'glm-4.7' }),
      ])
      const snapshot = {
        machine: 'm-1',
        origin: 'stats-cache',
        version: 2,
        basis: 'all',
        last_day: '',
        first_day: '',
      } as const
      const figure = {
        machine: 'm-1',
        origin: 'stats-cache',
        date: '2026-11-17',
        model: 'claude-opus-4-5-20251101',
        total_tokens: 1200,
        input_tokens: 0,
        output_tokens: 0,
        cache_read_tokens: 0,
        cache_creation_tokens: 0,
      } as const
      await recordFigures(tx, ONLY_OWNER, { snapshot, figures: [figure], activity: [], models: [] }, NOW)
    })
    const reports = ledgerReports({ db: ledger.db, owner: ONLY_OWNER, now: () => NOW, tz: 'UTC' })
    const scope = { kind: 'local', joined: true } as const
    const { out } = await run(reports, {}, { width: 120, scope })
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      Tokens per day · 16–22 Nov · this machine                                                                  Europe/Berlin

                                                                                        tokens   output  cached     cost  sess
      Mon 16 Nov ·                                                                           -        -       -        -     -
      Tue 17 Nov ╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱    ≈1.20K        ?       -        ?     -
      Wed 18 Nov ·                                                                           -        -       -        -     -
      Thu 19 Nov ·                                                                           -        -       -        -     -
      Fri 20 Nov ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓                                              500      500      0%        ?     1
      Sat 21 Nov ·                                                                           -        -       -        -     -
      Sun 22 Nov ███████████████████████████████████████████████████████████             1.05K      100     86%   <$0.01     2
                                                                                      ────────────────────────────────────────
      Total      █ opus-4-5   ▓ glm-4.7                                                  1.55K      600     58%  <$0.01+     2

      Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 58% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      + glm-4.7 has no price: 500 tokens are not in the cost.
      ≈1.20K is an estimate of stats-cache.json, about twice too high, in no total.
      This machine only; all of them without --local.
      More: --by machine|project|type   --metric cost|output   -d 30   forge explain
      "
    `)
    const { out: text } = await run(reports, { json: true }, { scope })
    expect(JSON.parse(text)).toMatchObject({
      source: 'local',
      from: '2026-11-16',
      to: '2026-11-22',
      tz: 'Europe/Berlin',
      totals: { total_tokens: 1550, estimated_tokens: 1200, total_sessions: 2 },
      machines: [{ hostname: 'studio' }],
    })
  } finally {
    await ledger.close()
  }
})

function anEvent(id: string, time: string, more: Partial<UsageEvent>): UsageEvent {
  return {
    id: id.padEnd(22, '0'),
    kind: 'response',
    occurred_at: Date.parse(time),
    source: 'claude-code',
    account: '',
    machine: 'm-1',
    session: 's-1',
    project: 'forge',
    model: 'claude-opus-4-5-20251101',
    variant: '',
    seen_as: 'main',
    client_version: '2.1.240',
    tool_calls: 0,
    web_searches: 0,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 0,
    ...more,
  }
}

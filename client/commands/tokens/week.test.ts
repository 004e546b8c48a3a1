import { describe, expect, test } from 'vitest'
import { GIVEN_WEEK, screen } from './testing.ts'

describe('a week of three models', () => {
  test('at 80 columns', async () => {
    expect(await screen(GIVEN_WEEK)).toMatchInlineSnapshot(`
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
    expect(await screen(GIVEN_WEEK, {}, { width: 120 })).toMatchInlineSnapshot(`
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
    expect(await screen(GIVEN_WEEK, {}, { width: 60 })).toMatchInlineSnapshot(`
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
    expect(await screen(GIVEN_WEEK, {}, { width: 44 })).toMatchInlineSnapshot(`
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
    const out = await screen(GIVEN_WEEK, { ascii: true })
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
    expect(await screen(GIVEN_WEEK, {}, { env: { NO_COLOR: '1', LANG: 'C' } })).toBe(out)
  })

  test('in colour', async () => {
    const out = await screen(GIVEN_WEEK, {}, { env: { COLORTERM: 'truecolor' } })
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
    const out = await screen(GIVEN_WEEK, { accessible: true })
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
    expect(await screen(GIVEN_WEEK, {}, { env: { FORGE_ACCESSIBLE: '1' } })).toBe(out)
  })

  test('with its numbers in full', async () => {
    expect(await screen(GIVEN_WEEK, { full: true, quiet: true }, { width: 120 })).toMatchInlineSnapshot(`
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
    const lines = (await screen(GIVEN_WEEK, { quiet: true })).trimEnd().split('\n')
    expect(lines.at(-1)).toMatch(/^Total .* 14\.09M +\$21\.14$/)
  })
})

test('sessions of a day are those of the day, however many models they used', async () => {
  const out = await screen(GIVEN_WEEK, {}, { width: 120 })
  expect(out).toMatch(/Mon 16 Nov .* 9\n/)
  expect(out).toMatch(/Total .* 36\n/)
})

import { describe, expect, test } from 'vitest'
import { GIVEN_WEEK, estimate, row, screen, WEEK } from './testing.ts'
import type { TokensOptions } from './show.ts'

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
  expect(await screen(GIVEN_WEEK, { until: '2026-11-20' })).not.toContain('Today is partial')
  const rows = [row('2026-11-24', 'a', 1000)]
  expect(await screen({ rows }, { since: '2026-11-23', until: '2026-11-25' })).not.toContain('Today is partial')
})

describe('this machine alone', () => {
  test('is said, and how the others join', async () => {
    expect(await screen(GIVEN_WEEK, {}, { scope: { kind: 'local', joined: false } })).toMatchInlineSnapshot(`
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
    const out = await screen(GIVEN_WEEK, {}, { scope: { kind: 'local', joined: true } })
    expect(out).toContain('This machine only; all of them without --local.')
    expect(out).not.toContain('forge serve')
  })
})

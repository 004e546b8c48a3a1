import { describe, expect, test } from 'vitest'
import { addDays } from '../../../core/day.ts'
import { estimate, type Given, lastDays, reportsOf, row, run, TODAY } from './testing.ts'
import type { TokensOptions } from './question.ts'

/** A model without a price, long ago; one with a price lately; a day of which there is only an estimate. */
const ROWS = [
  row('2025-01-02', 'glm-4.7', 5_000_000, { cost_usd: null, unpriced_tokens: 5_000_000 }),
  ...lastDays(100).map((date, i) => row(date, 'claude-opus-5', 1_000_000 + i * 10_000)),
  estimate('2026-03-03', 'claude-opus-5', 7_000_000),
]

const LONG: TokensOptions = { since: '2025-01-01' }
const draw = async (options: TokensOptions, width = 80, given: Given = { rows: ROWS }) =>
  (await run(reportsOf(given), options, { width })).out
/** The lines of squares, one for each weekday, from Monday on. */
function squaresIn(out: string): string[] {
  const lines = out.split('\n')
  const monday = lines.findIndex((line) => line.startsWith(' Mon'))
  return lines.slice(monday, monday + 7)
}

describe('squares', () => {
  test('are of the range that was asked, at any width', async () => {
    const told = async (width: number) =>
      (await draw(LONG, width))
        .replaceAll(/[\s·]+/g, ' ')
        .match(/154\.5M tokens \$224\.25\+ 102 active days of 691 Streak 100 days \(longest 100\)/)
    for (const width of [40, 60, 80, 120, 200]) expect([width, await told(width)]).not.toEqual([width, null])
  })

  test('that do not fit go on in a further band', async () => {
    expect(await draw({ ...LONG, quiet: true }, 120)).toMatchInlineSnapshot(`
      "Tokens per day · 1 Jan 2025 – 22 Nov 2026 · all machines (3)                                               Europe/Berlin

            Jan 25    Feb     Mar       Apr     May     Jun       Jul     Aug     Sep       Oct     Nov     Dec
       Mon    · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ·
              · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ·
       Wed  · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ·
            █ · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ·
       Fri  · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ·
            · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ·
            · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ·

            Dec 25        Feb     Mar       Apr     May     Jun       Jul     Aug       Sep     Oct     Nov
       Mon  · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▓ ▓ ▓ ▓ ▓ ▓ ▓
            · · · · · · · · · · · ≈ · · · · · · · · · · · · · · · · · · · · · · · ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▓ ▓ ▓ ▓ ▓ ▓ ▓
       Wed  · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▓ ▓ ▓ ▓ ▓ ▓ ▓
            · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▓ ▓ ▓ ▓ ▓ ▓ ▓
       Fri  · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▓ ▓ ▓ ▓ ▓ ▓ ▓
            · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▓ ▓ ▓ ▓ ▓ ▓ ▓
            · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · · ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▓ ▓ ▓ ▓ ▓ ▓ ▓ ▓

            Less · ░ ▒ ▓ █ More      levels: 0, <500K, <1.50M, <3M, 3M+ tokens      ≈ an estimate

            154.5M tokens · $224.25+ · 102 active days of 691
            Streak 100 days (longest 100) · busiest Thu 2 Jan 2025, 5.00M
      "
    `)
  })

  test('are as many as days were asked for', async () => {
    expect(await draw({ days: 180 })).toContain('active days of 180')
    // The first and the last week are cut.
    const [monday, tuesday, wednesday] = squaresIn(await draw({ days: 180 }))
    expect([monday, tuesday, wednesday].map((line) => line?.slice(6, 8))).toEqual(['  ', '  ', '· '])
  })

  test('say what has no price, also where it was long ago', async () => {
    expect((await draw(LONG)).replaceAll('\n', ' ')).toContain(
      '+ glm-4.7 has no price: 5.00M tokens are not in the cost.',
    )
  })

  test('of an estimate are no amount, in tokens or in dollars', async () => {
    const options = { since: '2026-03-01', until: '2026-03-07', heatmap: true }
    const rows = [row('2026-03-02', 'a', 1_000_000), estimate('2026-03-03', 'a', 7_000_000)]
    for (const metric of ['tokens', 'cost', 'sessions'] as const) {
      const out = await draw({ ...options, metric }, 80, { rows, sessions: { '2026-03-02': 2 } })
      expect(squaresIn(out).join('')).toContain('≈')
      expect(out).toContain('≈ an estimate')
      expect(out).toContain('≈7.00M is an estimate of stats-cache.json')
    }
    const alone = await draw(options, 80, { rows: rows.slice(1) })
    expect(alone).toContain('- tokens · ? · 1 active day of 7')
    expect(alone).not.toContain('$0.00')
  })

  test('of which nothing is known are not empty', async () => {
    const gaps = [{ from: '2026-11-01', to: '2026-11-03', machine: 'm', hostname: 'ci', state: 'missing' as const }]
    const rows = [row('2026-11-02', 'a', 1000), row('2026-11-10', 'a', 1000)]
    const out = await draw({ since: '2026-11-01', heatmap: true }, 80, { rows, gaps })
    expect(squaresIn(out).join('').split('?')).toHaveLength(3)
    expect(out).toContain('2 active days of 22, 2 not known')
    expect(out).toContain('▲ ci: 1–3 Nov are not known')
  })

  test('are named and measured by their metric', async () => {
    const cost = await draw({ days: 180, metric: 'cost' })
    expect(cost).toContain('Cost per day · ')
    expect(cost).toContain('levels: 0, <$0.20, <$0.60, <$1.20, $1.20+\n')
    const output = await draw({ days: 180, metric: 'output' })
    expect(output).toContain('Output tokens per day · ')
    expect(output).toMatch(/levels: 0, <5K, <15K, <30K, 30K\+ output tokens/)
    expect(output).toMatch(/4\.67M output tokens · 149\.5M tokens · \$224\.25/)
    const sessions = await draw({ days: 180, metric: 'sessions' }, 80, { rows: ROWS, sessions: { [TODAY]: 4 } })
    expect(sessions).toContain('busiest Sun 22 Nov, 4')
  })

  test('are not drawn where bars are asked for', async () => {
    for (const options of [{ by: 'machine' }, { every: 'month' }, { compare: true }] as const) {
      expect(await draw({ days: 180, ...options })).toMatch(/^\nTokens per (?:week|month) |^Tokens per (?:week|month) /)
    }
    expect(await draw({ days: 800, by: 'model' })).toContain('Tokens per month')
  })

  test('refuse what a square cannot show', async () => {
    for (const options of [{ by: 'machine' }, { every: 'week' }, { compare: true }] as const) {
      await expect(draw({ heatmap: true, ...options })).rejects.toMatchObject({
        code: 'invalid-request',
        message: `A heatmap has a square for each day: --${Object.keys(options)[0]} cannot be drawn.`,
      })
    }
  })

  test('are summed up by months where they are read aloud', async () => {
    const rows = [row(addDays(TODAY, -40), 'a', 2_000_000), row(TODAY, 'a', 1_000_000), estimate('2026-09-01', 'a', 5)]
    const gaps = [{ from: '2026-10-01', to: '2026-10-02', machine: 'm', hostname: 'ci', state: 'missing' as const }]
    const out = await draw({ since: '2026-08-30', heatmap: true, accessible: true }, 80, { rows, gaps })
    expect(out).toMatchInlineSnapshot(`
      "Tokens per day, Sunday 30 August to Sunday 22 November, all machines (3), Europe/Berlin.
      August: no use.
      September: no use; of 1 day there is only an estimate.
      October: 2.00 million tokens, 3.00 dollars, on 1 day; 2 days are not known.
      November: 1.00 million tokens, 1.50 dollars, on 1 day.
      Total: 3.00 million tokens, 4.50 dollars, 3 active days of 85, 2 not known.
      Streak 1 day (longest 1), busiest Tue 13 Oct, 2.00M.
      Today is partial, as of 20:36.
      Tokens = input + output + cache writes + cache reads; 88% are cache reads.
      Cost = API list price, not a bill; calls never written down are not in it.
      About 5 is an estimate of stats-cache.json, about twice too high, in no total.
      Synced 2 min ago, ci 3 h ago; attention: old-mbp 19 days ago.
      attention: ci: 1 to 2 Oct are not known, since they were never read in time. attention: old-mbp has not synced for 19 days; its oldest transcripts are deleted in 11 days.
      "
    `)
  })
})

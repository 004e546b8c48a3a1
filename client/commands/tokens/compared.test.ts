import { expect, test } from 'vitest'
import { row, screen } from './testing.ts'

const compared = { every: 'month', compare: true, quiet: true } as const

test('a month that is compared with none has an empty row below it, and numbers stay in their rows', async () => {
  const rows = [row('2026-09-02', 'opus', 30), row('2026-09-30', 'opus', 10), row('2026-10-01', 'opus', 20)]
  expect(await screen({ rows }, { ...compared, since: '2026-09-30', until: '2026-10-27' })).toMatchInlineSnapshot(`
    "
    Tokens per month · 30 Sep – 27 Oct · all machines (3)              Europe/Berlin

                                                                     tokens     cost
    Sep 2026 █████████████████                                           10   <$0.01
             ·
    Oct 2026 ███████████████████████████████████                         20   <$0.01
             ╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱
                                                                   ─────────────────
    Total    █ opus                                                      30   <$0.01
    "
  `)
})

test('of months that are more before, the last stands below the last', async () => {
  const rows = [row('2026-03-27', 'opus', 5), row('2026-04-01', 'opus', 40), row('2026-05-01', 'opus', 20)]
  expect(await screen({ rows }, { ...compared, since: '2026-05-01', until: '2026-05-31' })).toMatchInlineSnapshot(`
    "
    Tokens per month · 1–31 May · all machines (3)                     Europe/Berlin

                                                                     tokens     cost
    May 2026 ██████████████████████████                                  20   <$0.01
             ╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱
                                                                   ─────────────────
    Total    █ opus                                                      20   <$0.01
    "
  `)
})

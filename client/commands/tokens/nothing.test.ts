import { describe, expect, test } from 'vitest'
import { reportsOf, run, screen, WEEK } from './testing.ts'

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

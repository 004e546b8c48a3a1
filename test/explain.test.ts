import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventId } from '../sources/claude-code/event-id.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { runForge } from './support/program.ts'
import { anAssistantRow, aPromptRow, lines } from './support/rows.ts'

const ID = 'msg_01AAAAAAAAAAAAAAAAAAAAAA'

/** A response in three parts, in two files, one of which a subagent echoes; a fast one; one without a price. */
function aHome(): string {
  const home = tempFolder()
  const project = join(home, '.claude/projects/p')
  const first = [1, 40, 100].map((output) => anAssistantRow({ id: ID, output, cwd: join(home, 'shop') }))
  const fast = anAssistantRow({ id: 'msg_01BBBBBBBBBBBBBBBBBBBBBB', usage: { speed: 'fast' } })
  const unknown = anAssistantRow({ id: 'msg_01CCCCCCCCCCCCCCCCCCCCCC', model: 'glm-4.7' })
  const echo = { ...anAssistantRow({ cwd: join(home, 'shop') }), type: 'progress', data: { message: first[2] } }
  writeFile(join(project, 's.jsonl'), lines(aPromptRow('hello'), ...first, fast, unknown, echo))
  writeFile(join(project, 'resumed.jsonl'), lines(...first.slice(2)))
  writeFile(
    join(home, '.claude/stats-cache.json'),
    JSON.stringify({
      version: 5,
      lastComputedDate: '2026-11-20',
      dailyActivity: [{ date: '2026-11-20', messageCount: 9, sessionCount: 1, toolCallCount: 0 }],
      dailyModelTokens: [{ date: '2026-11-20', tokensByModel: { 'claude-opus-5': 12_015 } }],
      dailyModelTokensVersion: 5,
      modelUsage: { 'claude-opus-5': { inputTokens: 9, outputTokens: 300 } },
    }),
  )
  return home
}

const explain = async (...args: string[]) => {
  const home = aHome()
  return runForge(['explain', ...args, '--local', '--tz', 'UTC'], { home })
}

describe('forge explain', () => {
  test('of a day: definition, machines, duplicates by kind, prices with their arithmetic, day figures', async () => {
    const { code, stdout } = await explain('2026-11-20')
    expect(code).toBe(0)
    // What depends on this computer: its name, how wide that is, and today.
    const shown = stdout
      .replaceAll(/^.*\b(just now|0 s ago)$/gm, '(this machine)')
      .replaceAll(/^\S+: stats/gm, 'HOST: stats')
    expect(shown).toMatchInlineSnapshot(`
      "Explained · Fri 20 Nov · this machine                                        UTC

      7,209 tokens = input 9 + output 300 + cache writes 900 + cache reads 6,000
      Each response of a model is counted once, whatever row, file, fork or machine
      shows it, and belongs to the day on which it was first written, from midnight to
      midnight in UTC. These are 3 responses to 1 prompt in 1 session.

      Machines
      MACHINE  TOKENS    COST  RESPONSES  THE DAY IS  LAST SYNC
      (this machine)
      complete: read after its end. open: more may come. partial, missing: deleted
      before it was read.

      Duplicates
      The transcripts that are still here have 7 rows with usage of this time for 3
      responses. Dropped: 2 further rows of a response in the same file; 1 repetition
      in another file (a resumed, forked or copied conversation); 1 echo between a
      conversation and its subagents.

      Cost: $0.02 at API list price, price book 2026-11-22
      claude-opus-5, 1 response, fast mode: $0.01228
        input                    3 × $10/M   = $0.00003
        output                 100 × $50/M   =   $0.005
        cache reads          2,000 × $1/M    =   $0.002
        cache writes, 5 min    100 × $12.5/M = $0.00125
        cache writes, 1 h      200 × $20/M   =   $0.004
      claude-opus-5, 1 response: $0.00614
        input                    3 × $5/M    = $0.000015
        output                 100 × $25/M   =   $0.0025
        cache reads          2,000 × $0.5/M  =    $0.001
        cache writes, 5 min    100 × $6.25/M = $0.000625
        cache writes, 1 h      200 × $10/M   =    $0.002
      glm-4.7, 1 response, no price is known: no cost
        input                    3 × ? = no price
        output                 100 × ? = no price
        cache reads          2,000 × ? = no price
        cache writes, 5 min    100 × ? = no price
        cache writes, 1 h      200 × ? = no price
      Cost = API list price, not a bill; calls never written down are not in it.
      + glm-4.7 has no price: 2.40K tokens are not in the cost.

      What day figures say
      HOST: stats-cache.json says 12.0K, 1.67 times what its events say; not used.
      stats-cache.json counts each row of a response instead of each response, so
      about twice; by UTC days, and in versions before 4 all of a conversation on the
      day it began; without cache tokens before version 5; and only up to when /usage
      was last opened.

      Claude Code’s own /usage knows this machine only: its Stats tab is
      stats-cache.json, its cost is that of one session, and its bars are the limits
      of your plan, which are not counted in tokens.
      "
    `)
  })

  test('its costs add up to the total, in JSON', async () => {
    const { stdout } = await explain('2026-11-20', '--json')
    const { prices, totals, duplicates, figures } = JSON.parse(stdout)
    const micro = (usd: string | null) => Math.round(Number(usd ?? 0) * 1e9)
    const parts = prices.flatMap((row: { lines: { cost_usd: string | null }[] }) => row.lines)
    const sum = (rows: { cost_usd: string | null }[]) => rows.reduce((all, row) => all + micro(row.cost_usd), 0)
    expect([sum(prices), sum(parts)]).toEqual([micro(totals.cost_usd), micro(totals.cost_usd)])
    expect(duplicates).toEqual({ rows: 7, responses: 3, parts: 2, copies: 1, echoes: 1, unreadable: 0 })
    expect(figures).toMatchObject([{ origin: 'stats-cache', total_tokens: 12_015, basis: 'all', is_shown: false }])
  })

  test.each([ID, eventId(`message ${ID}`)])('of one response by %s', async (id) => {
    const { code, stdout } = await explain(id)
    expect([code, stdout]).toEqual([0, expect.stringContaining('2026-11-20T10:00:00.000Z')])
    expect(stdout).toContain('claude-opus-5, 1 response: $0.00614')
    expect(stdout).toContain('shop')
  })

  test('of a model: the last 30 days of it', async () => {
    const { code, stdout } = await explain('glm-4.7', '--since', '2026-11-20')
    expect([code, stdout]).toEqual([0, expect.stringContaining('glm-4.7, 1 response, no price is known: no cost')])
    expect(stdout).not.toContain('claude-opus-5')
  })

  test('of what it does not know says so', async () => {
    expect(await explain('msg_01ZZZZZZZZZZZZZZZZZZZZZZ')).toMatchObject({ code: 1, stdout: '' })
    expect(await explain('colour')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no day, model or event'),
    })
    expect(await explain('2026-11-20', '-d', '7')).toMatchObject({ code: 2 })
    expect(await explain('2019-01-01')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('No machine has shown'),
    })
  })
})

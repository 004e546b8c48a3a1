import { describe, expect, test } from 'vitest'
import type { UsageEvent } from '../../../core/usage-event.ts'
import { recordFigures } from '../../../store/day-figures.ts'
import { record } from '../../../store/ledger.ts'
import { meetMachine } from '../../../store/meet-machine.ts'
import { openMachineLedger } from '../../../store/open.ts'
import { ledgerReports } from '../../../store/reports/index.ts'
import { ONLY_OWNER } from '../../../store/schema.ts'
import { GIVEN_WEEK, NOW, reportsOf, run } from './testing.ts'

describe('what is written where', () => {
  test('a pipe gets rows, as --plain does', async () => {
    const piped = await run(reportsOf(GIVEN_WEEK), { days: 2 }, { isTTY: false })
    expect(piped.out).toMatchInlineSnapshot(`
      "date	group	total_tokens	input_tokens	output_tokens	cache_read_tokens	cache_creation_tokens	cache_write_5m_tokens	cache_write_1h_tokens	response_count	session_count	reported_tokens	estimated_tokens	cost_usd	contract_cost_usd	unpriced_tokens	message_count	tool_call_count	web_search_count	understated_count	contract_unpriced_tokens	contract_saving_usd	coverage
      2026-11-21
      2026-11-22	claude-opus-4-5-20251101	846000	79313	26437	740250	0	0	0	1	1	0	0	1.269		0	1	0	0	0	0		
      2026-11-22	claude-haiku-4-5-20251001	154000	14438	4812	134750	0	0	0	1	1	0	0	0.231		0	1	0	0	0	0		
      "
    `)
    expect(piped.err).toBe('')
    expect((await run(reportsOf(GIVEN_WEEK), { days: 2, plain: true })).out).toBe(piped.out)
  })

  test('a pipe gets rows though someone wants sentences or colour', async () => {
    const env = { FORGE_ACCESSIBLE: '1', FORCE_COLOR: '3' }
    const { out } = await run(reportsOf(GIVEN_WEEK), {}, { isTTY: false, env })
    expect(out).toMatch(/^date\tgroup\t/)
    expect(out).not.toContain('\u001b')
  })

  test('a question that cannot be asked writes nothing', async () => {
    await expect(run(reportsOf(GIVEN_WEEK), { since: '2026-13-99' })).rejects.toMatchObject({ code: 'invalid-request' })
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

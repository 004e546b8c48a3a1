import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anEvent, anySighting, eventIdOf } from '../test/support/events.ts'
import { eventsAfter } from './events.ts'
import { record, replaceEvents } from './ledger.ts'
import { eraseMachine } from './erase-machine.ts'
import { meetMachine } from './meet-machine.ts'
import type { Ledger } from './open.ts'
import { quarterOf, rebuildRollup } from './rollup.ts'
import { ledgerReports } from './reports/index.ts'
import { ONLY_OWNER, type QuarterTable } from './schema.ts'
import { openTestLedger, runs } from './testing.ts'

const NOW = Date.parse('2026-12-31T12:00:00Z')

async function cells({ db }: Ledger): Promise<string[]> {
  const rows: QuarterTable[] = await db.selectFrom('usage_quarter').selectAll().execute()
  const days = await db.selectFrom('machine_day').selectAll().where('events', '!=', 0).execute()
  return [...rows, ...days].map((row) => JSON.stringify(row)).toSorted()
}

/** What the rollup holds, and what the events say that it should. */
async function bothWays(ledger: Ledger): Promise<[kept: string[], recomputed: string[]]> {
  const kept = await cells(ledger)
  await ledger.db.transaction().execute((tx) => rebuildRollup(tx, ONLY_OWNER))
  return [kept, await cells(ledger)]
}

type Step =
  | { readonly does: 'record'; readonly sightings: Parameters<typeof record>[2] }
  | { readonly does: 'undo'; readonly count: number }
  | { readonly does: 'erase'; readonly machine: string }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(anySighting, { minLength: 1, maxLength: 8 })
      .map((sightings) => ({ does: 'record', sightings }) as const),
  },
  { weight: 1, arbitrary: fc.nat(4).map((count) => ({ does: 'undo', count }) as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('machine-a', 'machine-b').map((machine) => ({ does: 'erase', machine }) as const),
  },
)

async function take(ledger: Ledger, step: Step): Promise<void> {
  await ledger.db.transaction().execute(async (tx) => {
    if (step.does === 'record') await record(tx, ONLY_OWNER, step.sightings)
    if (step.does === 'erase') {
      await meetMachine(tx, ONLY_OWNER, { id: step.machine, hostname: 'a', protocol: 2 }, 0).catch(() => undefined)
      await eraseMachine(tx, ONLY_OWNER, step.machine, 1)
    }
    if (step.does === 'undo') {
      const events = await eventsAfter(tx, ONLY_OWNER, 0, step.count)
      const append = events.slice(0, 1).map(({ event }) => ({ ...event, output_tokens: event.output_tokens + 1 }))
      await replaceEvents(tx, ONLY_OWNER, { remove: events.map(({ seq }) => seq), append })
    }
  })
}

describe('what reports remember of days', () => {
  test('is never used when it is not what the ledger says any more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 2, maxLength: 6 }), async (steps) => {
        const ledger = await openTestLedger()
        const context = { db: ledger.db, owner: ONLY_OWNER, now: () => NOW, tz: 'America/Havana' }
        const lasting = ledgerReports(context)
        for (const step of steps) {
          await take(ledger, step)
          const fresh = ledgerReports(context)
          const year = { from: '2026-01-01', to: '2026-12-31' } as const
          expect(await lasting.usage({ ...year, by: 'machine' })).toEqual(await fresh.usage({ ...year, by: 'machine' }))
          expect(await lasting.totals({})).toEqual(await fresh.totals({}))
          expect(await lasting.projects({})).toEqual(await fresh.projects({}))
        }
        await ledger.close()
      }),
      { numRuns: runs(60) },
    )
  })
})

describe('the rollup', () => {
  test('is at any time what the events say, whatever is recorded, undone or erased', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 8 }), async (steps) => {
        const ledger = await openTestLedger()
        for (const step of steps) await take(ledger, step)
        const [kept, recomputed] = await bothWays(ledger)
        expect(kept).toEqual(recomputed)
        await ledger.close()
      }),
      { numRuns: runs(150) },
    )
  })

  test('takes a grown event out of one quarter and puts it into another', async () => {
    const ledger = await openTestLedger()
    const occurred_at = Date.parse('2026-11-20T10:15:00Z')
    const late = anEvent({ id: eventIdOf(1), occurred_at, output_tokens: 50 })
    const early = { ...late, occurred_at: occurred_at - 1, output_tokens: 1 }
    for (const sighting of [late, early]) {
      await ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, [sighting]))
    }
    const rows = await ledger.db.selectFrom('usage_quarter').select(['quarter', 'responses', 'output_tokens']).execute()
    expect(rows).toEqual([{ quarter: quarterOf(occurred_at) - 1, responses: 1, output_tokens: 50 }])
  })

  test('knows a long prompt, a subagent and an unfinished output from others of the same quarter', async () => {
    const ledger = await openTestLedger()
    const events = [
      anEvent({ id: eventIdOf(1) }),
      anEvent({ id: eventIdOf(2), cache_read_tokens: 150_000 }),
      anEvent({ id: eventIdOf(3), cache_read_tokens: 250_000 }),
      anEvent({ id: eventIdOf(4), seen_as: 'sidechain' }),
      anEvent({ id: eventIdOf(5), client_version: '2.1.29', output_tokens: 3 }),
    ]
    await ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, events))
    const rows = await ledger.db
      .selectFrom('usage_quarter')
      .select(['prompt_step', 'subagent', 'understated', 'responses'])
      .execute()
    expect(rows.map((row) => Object.values(row).join(' ')).toSorted()).toEqual([
      '0 0 0 1',
      '0 0 1 1',
      '0 1 0 1',
      '1 0 0 1',
      '2 0 0 1',
    ])
  })
})

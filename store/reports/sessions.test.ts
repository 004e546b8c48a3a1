import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnswerOf, QueryOf, Reports } from '../../core/report-specs.ts'
import type { UsageEvent } from '../../core/usage-event.ts'
import { anEvent, eventIdOf } from '../../test/support/events.ts'
import { record } from '../ledger.ts'
import { setActive } from '../machines.ts'
import { meetMachine } from '../meet-machine.ts'
import { quarterOf } from '../rollup.ts'
import { ONLY_OWNER } from '../schema.ts'
import { openTestLedger, runs } from '../testing.ts'
import { transact } from '../transact.ts'
import { ledgerReports } from './index.ts'

const NOW = Date.parse('2026-12-31T12:00:00Z')
const DAY_MS = 86_400_000
const MODELS = ['claude-opus-5', 'glm-4.7']

/** Sessions that go on for days, lie months apart, or begin within the same quarter of an hour. */
const aSighting = fc
  .record({
    days: fc.constantFrom(0, 0, 1, 2, 3, 40, 200),
    minutes: fc.constantFrom(0, 5, 15, 700, 1439),
    session: fc.constantFrom('session-1', 'session-2', 'session-3', 'session-4'),
    model: fc.constantFrom(...MODELS),
    machine: fc.constantFrom('machine-a', 'machine-a', 'machine-hidden'),
  })
  .map(({ days, minutes, ...event }) => ({ ...event, occurred_at: NOW - days * DAY_MS - minutes * 60_000 }))

const aQuery: fc.Arbitrary<QueryOf<'sessions'>> = fc.record(
  {
    days: fc.constantFrom(1, 2, 60),
    model: fc.constantFrom(['claude-opus-5']),
    session: fc.constantFrom('session-2', 'session-unknown'),
  },
  { requiredKeys: [] },
)

/** The sessions that a query asks for, each with the quarter in which it began in the range, as events say it. */
function fromEvents(events: readonly UsageEvent[], { days, model, session }: QueryOf<'sessions'>): Map<string, number> {
  const from = days === undefined ? 0 : Date.parse('2027-01-01T00:00:00Z') - days * DAY_MS
  const found = new Map<string, number>()
  for (const event of events) {
    if (event.machine === 'machine-hidden' || event.occurred_at < from) continue
    if ((model !== undefined && !model.includes(event.model)) || event.session !== (session ?? event.session)) continue
    const quarter = quarterOf(event.occurred_at)
    found.set(event.session, Math.min(quarter, found.get(event.session) ?? quarter))
  }
  return found
}

async function allPages(reports: Reports, query: QueryOf<'sessions'>, limit: number): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | undefined; ;) {
    const page: AnswerOf<'sessions'> = await reports.sessions({ ...query, limit, ...(cursor && { cursor }) })
    found.push(...page.sessions.map(({ session }) => session))
    if (page.next_cursor === null) return found
    cursor = page.next_cursor
  }
}

test('sessions come page by page, the latest first, each once, whatever is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aSighting, { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(aQuery, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 4 }),
      async (sightings, asked) => {
        const ledger = await openTestLedger()
        const { db } = ledger
        const events = sightings.map((event, i) => anEvent({ ...event, id: eventIdOf(i) }))
        await transact(db, ONLY_OWNER, async (tx) => {
          await meetMachine(tx, ONLY_OWNER, { id: 'machine-hidden', hostname: 'h', protocol: 2 }, 0)
          await record(tx, ONLY_OWNER, events)
          await setActive(tx, ONLY_OWNER, 'machine-hidden', false)
        })
        const reports = ledgerReports({ db, owner: ONLY_OWNER, now: () => NOW, tz: 'UTC' })
        for (const [query, limit] of asked) {
          const expected = fromEvents(events, query)
          const found = await allPages(reports, query, limit)
          expect(found.toSorted()).toEqual([...expected.keys()].toSorted())
          const quarters = found.map((session) => expected.get(session) as number)
          expect(quarters).toEqual(quarters.toSorted((a, b) => b - a))
        }
        await ledger.close()
      },
    ),
    { numRuns: runs(40) },
  )
})

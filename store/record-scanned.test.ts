import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UsageEvent } from '../core/usage-event.ts'
import { anEvent, anySighting, eventIdOf, eventText } from '../test/support/events.ts'
import { packEvents } from '../test/support/packed.ts'
import type { AccountSpan } from './account-spans.ts'
import { eventsAfter } from './events.ts'
import { record } from './ledger.ts'
import { meetMachine } from './meet-machine.ts'
import type { Ledger } from './open.ts'
import { recordScanned } from './record-scanned.ts'
import { wrongCells } from './rollup.ts'
import { ONLY_OWNER } from './schema.ts'
import { openTestLedger, runs } from './testing.ts'
import { writeShownAs } from './shown-as.ts'

const MACHINE = 'machine-a'
const SPANS: readonly AccountSpan[] = [{ account: 'someone', starts: 1_000, ends: 90_000_000 }]
const BY = { machine: MACHINE, accounts: new Map([['claude-code', SPANS]]) }

/** As many as go the fast way, most of them there once, and some several times. */
const anyScan = fc.record({
  before: fc.array(anyOf(400), { maxLength: 200 }),
  packed: fc.array(fc.array(anyOf(2000), { minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 4 }),
  parsed: fc.array(anyOf(400), { maxLength: 20 }),
  more: fc.array(anyOf(2000), { minLength: 256, maxLength: 400 }),
})

function anyOf(events: number): fc.Arbitrary<UsageEvent> {
  return fc.tuple(anySighting, fc.nat(events)).map(([event, number]) => ({
    ...event,
    id: eventIdOf(number),
    machine: MACHINE,
    // An id is of one kind.
    kind: number % 3 === 0 ? ('prompt' as const) : ('response' as const),
    seen_as: event.seen_as === 'progress' ? ('main' as const) : event.seen_as,
  }))
}

const billed = (event: UsageEvent): UsageEvent =>
  event.source === 'claude-code' && event.occurred_at >= 1_000 ? { ...event, account: 'someone' } : event

/** Closed with its block, also where the property fails and is tried on and on. */
async function openLedger(): Promise<Ledger & AsyncDisposable> {
  const ledger = await openTestLedger()
  return { ...ledger, [Symbol.asyncDispose]: () => ledger.close() }
}

const scan = (ledger: Ledger, packed: readonly (readonly UsageEvent[])[], parsed: readonly UsageEvent[] = []) =>
  ledger.db.transaction().execute((tx) => recordScanned(tx, ONLY_OWNER, { packed: packed.map(packEvents), parsed }, BY))

const write = (ledger: Ledger, events: readonly UsageEvent[]) =>
  ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, events))

/** Everything that a ledger says, whatever the places of its events and the numbers of its names. */
async function content(ledger: Ledger) {
  const events = (await eventsAfter(ledger.db, ONLY_OWNER, 0, 10_000)).map(({ event }) => eventText(event)).toSorted()
  const seen = await ledger.db.selectFrom('seen_day').select('day').orderBy('day').execute()
  const days = await ledger.db.selectFrom('machine_day').select(['day', 'events']).orderBy('day').execute()
  const { wrong } = await wrongCells(ledger.db, ONLY_OWNER)
  return { events, seen, days, wrong }
}

test('what a scanner found is recorded as everything else is', async () => {
  await fc.assert(
    fc.asyncProperty(anyScan, async ({ before, packed, parsed, more }) => {
      await using fast = await openLedger()
      await using plain = await openLedger()
      await write(fast, before)
      await write(plain, before)
      const counts = await scan(fast, packed, parsed)
      expect(counts).toEqual(await write(plain, [...packed.flat(), ...parsed].map(billed)))
      expect(await content(fast)).toEqual(await content(plain))
      await scan(fast, [more])
      await write(plain, more.map(billed))
      const after = await content(fast)
      expect(after).toEqual(await content(plain))
      expect(after.wrong).toBe(0)
    }),
    { numRuns: runs(30) },
  )
})

const many = (from: number) => Array.from({ length: 300 }, (_, i) => anEvent({ id: eventIdOf(from + i) }))

test('names that no event needs are not kept', async () => {
  const ledger = await openTestLedger()
  await scan(ledger, [many(0)])
  const names = await ledger.db.selectFrom('name').select('value').execute()
  expect(names.map(({ value }) => value)).not.toContain('unused')
  await ledger.close()
})

test('a ledger in which a machine counts for another takes it the plain way', async () => {
  const ledger = await openTestLedger()
  await ledger.db.transaction().execute(async (tx) => {
    for (const id of [MACHINE, 'machine-b']) {
      await meetMachine(tx, ONLY_OWNER, { id, hostname: id, protocol: 2 }, 0)
    }
    await tx.updateTable('machine').set({ merged_into: 'machine-b' }).where('id', '=', MACHINE).execute()
    await writeShownAs(tx, ONLY_OWNER)
  })
  await scan(ledger, [many(0)])
  const rows = await ledger.db
    .selectFrom('machine_day')
    .innerJoin('name', 'name.id', 'machine_day.machine')
    .select(['name.value', 'events'])
    .execute()
  expect(rows).toEqual([{ value: 'machine-b', events: 300 }])
  await ledger.close()
})

import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { FigureSet } from '../core/day-figure.ts'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { tempFolder } from '../test/support/folders.ts'
import { recordFigures } from './day-figures.ts'
import { record } from './ledger.ts'
import { meetMachine } from './meet-machine.ts'
import { openServerLedger } from './open.ts'
import { ledgerReports } from './reports/index.ts'
import { wrongCells } from './rollup.ts'
import { ONLY_OWNER } from './schema.ts'
import { openTestLedger, testStore } from './testing.ts'
import { transact } from './transact.ts'
import { digestOf, MOVED, NOT_MOVED, transfer } from './transfer.ts'

const silent = () => undefined
const newFile = () => openServerLedger(join(tempFolder(), 'usage.db'))

const figures: FigureSet = {
  snapshot: { machine: 'machine-b', origin: 'stats-cache', version: 2, basis: 'in+out', last_day: '', first_day: '' },
  figures: [],
  activity: [
    {
      machine: 'machine-b',
      origin: 'stats-cache',
      date: '2026-01-02',
      message_count: 4,
      session_count: 1,
      tool_call_count: 0,
    },
  ],
  models: [],
}

async function aLedger(events: number) {
  const ledger = await openTestLedger()
  const list = Array.from({ length: events }, (_, i) =>
    anEvent({
      id: eventIdOf(i),
      session: `sitzung-ü-${i >> 6}`,
      occurred_at: Date.parse('2026-11-01T00:00:00Z') + i * 60_000,
    }),
  )
  await transact(ledger.db, ONLY_OWNER, async (tx) => {
    await meetMachine(tx, ONLY_OWNER, { id: 'machine-a', hostname: 'a', protocol: 2 }, 1)
    await record(tx, ONLY_OWNER, list)
    await recordFigures(tx, ONLY_OWNER, figures, 2)
  })
  return ledger
}

test('a ledger that is moved, and moved back, says the same and goes on as before', async () => {
  const first = await aLedger(25_000)
  const second = await newFile()
  const { address } = await testStore(tempFolder())
  const third = await openServerLedger(address)
  const { digest, tables } = await transfer(first, second, silent)
  expect(tables['event']?.rows).toBe(25_000)
  expect((await transfer(second, third, silent)).digest).toBe(digest)
  expect((await digestOf(third.db)).digest).toBe((await digestOf(first.db)).digest)

  const context = { owner: ONLY_OWNER, now: () => Date.parse('2026-11-22T12:00:00Z'), tz: 'Asia/Kathmandu' }
  const [before, after] = [first, third].map(({ db }) => ledgerReports({ ...context, db }))
  expect(await after?.overview({ days: 30 })).toEqual(await before?.overview({ days: 30 }))
  // New names get new numbers, and what was known is known.
  const more = [anEvent({ id: eventIdOf(3) }), anEvent({ id: 'x'.repeat(22), session: 'a new one' })]
  const recorded = await transact(third.db, ONLY_OWNER, (tx) => record(tx, ONLY_OWNER, more))
  expect(recorded).toMatchObject({ added: 1 })
  expect(await wrongCells(third.db, ONLY_OWNER)).toMatchObject({ wrong: 0 })
  for (const { close } of [second, third]) await close()
})

test('a move that was cut off goes on where it was', async () => {
  const first = await aLedger(25_000)
  const second = await newFile()
  const cut = transfer(first, second, (table, rows) => {
    if (table === 'event' && rows > 12_000) throw new Error('cut off')
  })
  await expect(cut).rejects.toThrow('cut off')
  const moved: string[] = []
  const { digest } = await transfer(first, second, (table) => moved.push(table))
  expect(moved).not.toContain('name')
  expect(digest).toBe((await digestOf(first.db)).digest)
  await second.close()
})

test('a ledger that holds something else is not moved to', async () => {
  const first = await aLedger(10)
  await expect(transfer(first, await aLedger(5), silent)).rejects.toMatchObject({
    code: 'invalid-request',
    message: 'The ledger to move to is not empty.',
  })
})

test('every table is moved, or said to be made anew', async () => {
  const { db, engine } = await openTestLedger()
  const tables = await db.introspection.getTables()
  const names = tables.map(({ name }) => name).filter((name) => !name.startsWith('sqlite_'))
  const known = [...Object.keys(MOVED), ...NOT_MOVED]
  expect(names.filter((name) => !known.includes(name))).toEqual([])
  // And gone through by its whole key, so that no row is passed over.
  if (engine === 'sqlite') {
    for (const [table, key] of Object.entries(MOVED)) {
      const { rows } = await sql<{ name: string; pk: number }>`pragma table_info(${sql.table(table)})`.execute(db)
      const columns = rows.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk)
      expect([table, columns.map(({ name }) => name)]).toEqual([table, key])
    }
  }
})

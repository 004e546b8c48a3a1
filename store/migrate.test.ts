import { join } from 'node:path'
import { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { tempFolder } from '../test/support/folders.ts'
import { eventsAfter } from './events.ts'
import { record } from './ledger.ts'
import { migrate } from './migrate.ts'
import { ledgerMigrations } from './migrations/ledger.ts'
import { serverMigrations } from './migrations/server.ts'
import { openServerLedger } from './open.ts'
import { wrongCells } from './rollup.ts'
import { type LedgerSchema, ONLY_OWNER } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'

/** A ledger as a version wrote it that knew so many migrations, with two events in it. */
async function anOldLedger(path: string, known: { ledger: number; server: number }): Promise<void> {
  const { dialect, close } = sqliteDialect(path, 'full')
  const db = new Kysely<LedgerSchema>({ dialect })
  await migrate(db, [
    { ...ledgerMigrations, migrations: ledgerMigrations.migrations.slice(0, known.ledger) },
    { ...serverMigrations, migrations: serverMigrations.migrations.slice(0, known.server) },
  ])
  const values = ['machine-a', 'session-1', 'claudeforge', 'claude-code', '', 'claude-opus-4-5-20251101', '2.1.232']
  await db
    .insertInto('name')
    .values(values.map((value, i) => ({ id: i + 1, value })))
    .execute()
  const { id: _, output_tokens: __, ...counts } = anEvent()
  const names = { machine: 1, session: 2, project: 3, source: 4, account: 5, model: 6, variant: 5, client_version: 7 }
  for (const n of [1, 2]) {
    const row = { ...counts, ...names, owner: ONLY_OWNER, seq: n, id: eventIdOf(n), output_tokens: n }
    await db.insertInto('event').values(row).execute()
  }
  await db.insertInto('ledger_state').values({ key: 'last_seq', value: '2' }).execute()
  await db.destroy()
  close()
}

test.each([
  { ledger: 1, server: 1 },
  { ledger: 2, server: 1 },
])(
  'a ledger of version $ledger keeps all that is in it, and is found, summed and added to as a new one',
  async (known) => {
    const path = join(tempFolder(), 'usage.db')
    await anOldLedger(path, known)
    const { db, close } = await openServerLedger(path)
    const content = await eventsAfter(db, ONLY_OWNER, 0, 10)
    expect(content).toEqual([1, 2].map((n) => ({ seq: n, event: anEvent({ id: eventIdOf(n), output_tokens: n }) })))
    const again = [1, 2, 3].map((n) => anEvent({ id: eventIdOf(n), output_tokens: n === 2 ? 50 : n }))
    const recorded = await db.transaction().execute((tx) => record(tx, ONLY_OWNER, again))
    expect(recorded).toEqual({ added: 1, grown: 1, unchanged: 1 })
    expect(await wrongCells(db, ONLY_OWNER)).toEqual({ cells: 1, wrong: 0 })
    await close()
  },
)

import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { anEvent } from '../test/support/events.ts'
import { tempFolder, writeFile } from '../test/support/folders.ts'
import { record } from './ledger.ts'
import { openMachineLedger, openServerLedger } from './open.ts'
import { ONLY_OWNER } from './schema.ts'
import { hasSafeWal } from './sqlite.ts'

/** Begins to write to a new file, says so, and goes on a moment later. */
const HOLDING = `
  const { DatabaseSync } = require('node:sqlite')
  const { path, isHeld } = require('node:worker_threads').workerData
  const database = new DatabaseSync(path)
  database.exec('begin immediate')
  database.exec('create table other (id integer)')
  Atomics.store(isHeld, 0, 1)
  Atomics.notify(isHeld, 0)
  Atomics.wait(isHeld, 0, 1, 300)
  database.exec('commit')
  database.close()`

describe('opening a ledger', () => {
  test('makes it, in WAL mode and for its owner only, and finds it again', async () => {
    const path = join(tempFolder(), 'deep', 'ledger.db')
    const first = await openMachineLedger(path)
    await first.db.transaction().execute((tx) => record(tx, ONLY_OWNER, [anEvent()]))
    const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(first.db)
    expect(mode.rows[0]?.journal_mode).toBe('wal')
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600)
    await first.close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const second = await openMachineLedger(path)
    expect(await second.db.selectFrom('event').selectAll().execute()).toHaveLength(1)
    await second.close()
  })

  test('keeps server commits on disk before they are acknowledged', async () => {
    const ledger = await openServerLedger(join(tempFolder(), 'usage.db'))
    const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(ledger.db)
    expect(rows[0]?.synchronous).toBe(2)
    await ledger.close()
  })

  test('waits for another that has just made it, and begins to write', async () => {
    const path = join(tempFolder(), 'ledger.db')
    const isHeld = new Int32Array(new SharedArrayBuffer(4))
    const other = new Worker(HOLDING, { eval: true, workerData: { path, isHeld } })
    const ended = once(other, 'exit')
    Atomics.wait(isHeld, 0, 0)
    const ledger = await openMachineLedger(path)
    await ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, [anEvent()]))
    await ledger.close()
    expect(await ended).toEqual([0])
  })

  test('that a newer version wrote is refused, and nothing is changed', async () => {
    const path = join(tempFolder(), 'ledger.db')
    const ledger = await openMachineLedger(path)
    await sql`update migration set applied = 99 where list = 'ledger'`.execute(ledger.db)
    await ledger.close()
    await expect(openMachineLedger(path)).rejects.toThrow(/written by a newer version/)
  })

  test('that is no database is refused with the next step', async () => {
    const path = writeFile(
      join(tempFolder(), 'ledger.db'),
      'this is no database, but long enough to be looked at. '.repeat(20),
    )
    await expect(openMachineLedger(path)).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('is not a readable SQLite database'),
      hint: expect.stringContaining('Move it aside'),
    })
  })

  test('in a folder that cannot be made is refused with the next step', async () => {
    const file = writeFile(join(tempFolder(), 'file'), '')
    await expect(openServerLedger(join(file, 'data', 'usage.db'))).rejects.toMatchObject({
      code: 'storage',
      hint: expect.stringContaining('--data'),
    })
  })
})

test('a write-ahead log is kept only by a SQLite that cannot lose commits in it', () => {
  for (const safe of ['3.51.3', '3.53.4', '3.50.7', '3.44.6', '4.0.0']) expect(hasSafeWal(safe)).toBe(true)
  for (const unsafe of ['3.51.2', '3.50.4', '3.46.1', '3.44.5', '3.7.0']) expect(hasSafeWal(unsafe)).toBe(false)
})

import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { tempFolder } from '../test/support/folders.ts'
import { countAfter } from './events.ts'
import { type Ledger, openMachineLedger, openServerLedger } from './open.ts'
import { ONLY_OWNER } from './schema.ts'
import { logOf } from './sqlite.ts'
import { storageFault } from './storage-fault.ts'
import { Turns } from './turns.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

/** A server's ledger whose disk answers when the test says so. */
async function onSlowDisk(): Promise<{ ledger: Ledger; waits: PromiseWithResolvers<void>[] }> {
  const ledger = await openServerLedger(join(tempFolder(), 'usage.db'))
  const waits: PromiseWithResolvers<void>[] = []
  const log = logOf(ledger.db) as WriteAheadLog
  log.sync = () => {
    const wait = Promise.withResolvers<void>()
    waits.push(wait)
    return wait.promise
  }
  return { ledger, waits }
}

const batch = (n: number) => ({
  events: [anEvent({ id: eventIdOf(n) })],
  before: async () => {},
  after: async () => n,
})

/** When all that can go on without the disk has done so. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

test('a batch is acknowledged when it is on disk, and the next one is recorded meanwhile', async () => {
  const { ledger, waits } = await onSlowDisk()
  const turns = new Turns(ledger.db, ONLY_OWNER)
  const acknowledged: number[] = []
  const take = async (n: number) => acknowledged.push(await turns.take(batch(n)))
  const first = take(1)
  await quiet()
  const second = take(2)
  await quiet()
  expect(await countAfter(ledger.db, ONLY_OWNER, 0)).toBe(2)
  expect(acknowledged).toEqual([])

  waits[0]?.resolve()
  await first
  await quiet()
  expect(acknowledged).toEqual([1])

  waits[1]?.resolve()
  await second
  expect(acknowledged).toEqual([1, 2])
  await ledger.close()
})

test('every other commit waits for the disk by itself', async () => {
  const { ledger, waits } = await onSlowDisk()
  const taken = new Turns(ledger.db, ONLY_OWNER).take(batch(1))
  await quiet()
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(ledger.db)
  expect(rows[0]?.synchronous).toBe(2)
  waits[0]?.resolve()
  await taken
  await ledger.close()
  const machine = await openMachineLedger(join(tempFolder(), 'ledger.db'))
  expect(logOf(machine.db)).toBeUndefined()
  await machine.close()
})

test('a disk that fails acknowledges nothing, and what comes next first folds in all that was written', async () => {
  const { ledger, waits } = await onSlowDisk()
  const turns = new Turns(ledger.db, ONLY_OWNER)
  const refused = turns.take(batch(1)).catch((error: unknown) => error)
  await quiet()
  waits[0]?.reject(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }))
  expect(storageFault(await refused)).toBe('broken disk')

  const { rows } = await sql<{ log: number }>`pragma wal_checkpoint(noop)`.execute(ledger.db)
  expect(rows[0]?.log).toBe(0)
  const again = turns.take(batch(1))
  await quiet()
  waits[1]?.resolve()
  expect(await again).toBe(1)
  await ledger.close()
})

import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { type Ledger, openServerLedger } from './open.ts'

/**
 * For tests: ledgers on the engine that the run is about. The same tests run on SQLite and, where this machine has one,
 * on a real PostgreSQL (vitest.config.ts says which).
 */

/** Administers the PostgreSQL of this run; empty where it is about SQLite. */
const CLUSTER = process.env['FORGE_TEST_POSTGRES'] ?? ''

export const testEngine = CLUSTER === '' ? 'sqlite' : 'postgres'

/** How often a property is tried that makes a ledger each time: a new PostgreSQL database takes a while. */
export function runs(count: number): number {
  return testEngine === 'sqlite' ? count : Math.ceil(count / 10)
}

let made = 0
let template: Promise<string> | undefined

/** A new, empty server's ledger, closed when the test ends. */
export async function openTestLedger(): Promise<Ledger> {
  const ledger = await openServerLedger((await testDatabase()) ?? ':memory:')
  whenTestEnds(() => ledger.close().catch(() => undefined))
  return ledger
}

/** The address of a new, empty PostgreSQL database; undefined where the run is about SQLite. It goes with the cluster. */
export async function testDatabase(): Promise<string | undefined> {
  if (CLUSTER === '') return undefined
  template ??= makeTemplate()
  return makeDatabase(nextName(), await template)
}

/** Where a server of a test keeps its ledger, whatever the engine. */
export interface TestStore {
  /** For {@link openServerLedger}. */
  readonly address: string
  /** What the server is told in its environment. */
  readonly env: Readonly<Record<string, string>>
  /** As a backup would be made, while no server runs. */
  copy(): Promise<TestStore>
}

/** A new, empty store: a database, or a file in a folder of its own below `folder`. */
export async function testStore(folder: string): Promise<TestStore> {
  const url = await testDatabase()
  return url === undefined ? fileStore(folder) : databaseStore(url)
}

function databaseStore(url: string): TestStore {
  return {
    address: url,
    env: { FORGE_DATABASE_URL: url },
    copy: async () => databaseStore(await makeDatabase(nextName(), new URL(url).pathname.slice(1))),
  }
}

function fileStore(folder: string): TestStore {
  const data = join(folder, nextName())
  const address = join(data, 'usage.db')
  return {
    address,
    env: { FORGE_DATA_DIR: data },
    async copy() {
      const copy = fileStore(folder)
      mkdirSync(dirname(copy.address), { recursive: true })
      copyFileSync(address, copy.address)
      return copy
    },
  }
}

function nextName(): string {
  return `test_${process.pid}_${++made}`
}

/** Copying a database is faster than migrating each. */
async function makeTemplate(): Promise<string> {
  const name = `template_${process.pid}`
  const ledger = await openServerLedger(await makeDatabase(name, 'template0'))
  await ledger.close()
  return name
}

async function makeDatabase(name: string, from: string): Promise<string> {
  const client = new pg.Client({ connectionString: CLUSTER })
  await client.connect()
  await client.query(`create database ${name} template ${from}`)
  await client.end()
  const url = new URL(CLUSTER)
  url.pathname = `/${name}`
  return url.href
}

/** Outside a test (a benchmark) whoever asked cleans up. */
function whenTestEnds(run: () => Promise<unknown>): void {
  try {
    onTestFinished(async () => void (await run()))
  } catch {
    // Not in a test.
  }
}

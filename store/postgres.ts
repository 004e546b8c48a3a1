import { type Dialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { Problem } from '../core/problem.ts'
import { CopyIn } from './copy-in.ts'
import { shownDatabase } from './database-url.ts'
import { isOutdatedPlan, planName } from './planned-once.ts'

/** What a server keeps open, and how long it waits for a database that is slow or away. */
const LIMITS = {
  max: 10,
  connectionTimeoutMillis: 5000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 30_000,
  lock_timeout: 15_000,
  idle_in_transaction_session_timeout: 60_000,
} as const

/** PostgreSQL 13 and older are no longer repaired by their makers. */
const OLDEST_MAJOR = 14

/** Whole numbers beyond this lose digits in JavaScript; what is recorded is bounded so that no sum comes near it. */
function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number`)
  return value
}

const INT8 = 20
const NUMERIC = 1700

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && (oid === INT8 || oid === NUMERIC)) return wholeNumber
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

/** A dialect on the PostgreSQL database at a URL. Throws `storage` for a database that cannot be used as it is. */
export async function postgresDialect(
  url: string,
): Promise<{ dialect: Dialect; pool: pg.Pool; close(): Promise<void> }> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'claudeforge',
    keepAlive: true,
    types: types as never,
    // It takes statements for longer than they are, and compiles for 0.2 s what then runs for 0.1 s.
    onConnect: (client) => client.query('set jit = off') as never,
    ...LIMITS,
  })
  // A connection that breaks while nobody uses it (a restart of the database) is replaced at the next use. Without a
  // listener it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    await checkDatabase(pool, url)
  } catch (error) {
    await pool.end()
    throw error
  }
  return {
    dialect: new PostgresDialect({ pool: poolOf(pool) }),
    pool,
    close: async () => (pool.ended || pool.ending ? undefined : pool.end()),
  }
}

/** The pool as Kysely uses it. */
function poolOf(pool: pg.Pool): PostgresPool {
  return {
    options: {},
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      let isOutdated = false
      const query = async (text: string, parameters: readonly unknown[]) => {
        // Its rows are its one parameter (bulk.ts).
        if (text.startsWith('copy ')) return client.query(new CopyIn(text, parameters[0] as Iterable<string>)).done
        const values = parameters.map(storable)
        const name = planName(text)
        if (name === undefined) return client.query(text, values)
        return runPlanned(client, { name, text, values }, () => (isOutdated = true))
      }
      return { query, release: () => client.release(isOutdated) } as unknown as PostgresPoolClient
    },
  }
}

/** A statement whose plan does not fit any more was not run: it is planned anew, and its connection used no longer. */
async function runPlanned(
  client: pg.PoolClient,
  statement: { readonly name: string; readonly text: string; readonly values: unknown[] },
  outdated: () => void,
): Promise<pg.QueryResult> {
  try {
    return await client.query(statement)
  } catch (error) {
    if (!isOutdatedPlan(error)) throw error
    outdated()
    // A transaction is over by then: this fails too, and it runs again as a whole.
    return client.query(statement.text, statement.values).catch(() => {
      throw error
    })
  }
}

/** PostgreSQL refuses a NUL in a text. No name that is kept has one, so whoever asks for one finds nothing. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
}

async function checkDatabase(pool: pg.Pool, url: string): Promise<void> {
  const { rows } = await pool
    .query<{ version: number; encoding: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
    )
    .catch((cause: unknown) => {
      throw connectingProblem(url, cause)
    })
  const [{ version, encoding }] = rows as [{ version: number; encoding: string }]
  refuseUnusable(version, encoding)
}

/** Throws `storage` for a database that is too old, or cannot hold every name. */
export function refuseUnusable(version: number, encoding: string): void {
  const major = Math.floor(version / 10_000)
  if (major < OLDEST_MAJOR) {
    throw new Problem('storage', `This PostgreSQL is of version ${major}; ${OLDEST_MAJOR} or newer is needed.`, {
      hint: 'Update it, or name another one in FORGE_DATABASE_URL. Nothing was changed.',
    })
  }
  if (encoding !== 'UTF8') {
    throw new Problem('storage', `This database keeps text in ${encoding}, which cannot hold every name.`, {
      hint: "Make another one: create database claudeforge encoding 'UTF8' template template0;",
    })
  }
}

function connectingProblem(url: string, cause: unknown): Problem {
  const shown = shownDatabase(url)
  const { code, message } = cause as { code?: unknown; message: string }
  if (code === '28P01' || code === '28000') {
    return new Problem('storage', `${shown} does not let this user in (${message}).`, {
      hint: 'Check user and password in FORGE_DATABASE_URL, and pg_hba.conf on the other side.',
      cause,
    })
  }
  if (code === '3D000') {
    return new Problem('storage', `There is no such database: ${shown}.`, {
      hint: 'Make it: createdb claudeforge',
      cause,
    })
  }
  return new Problem('unavailable', `Cannot reach ${shown} (${message || String(code)}).`, {
    hint: 'Is PostgreSQL running, and is the address in FORGE_DATABASE_URL right?',
    cause,
    details: { retry_after_s: 5 },
  })
}

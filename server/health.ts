import { sql } from 'kysely'
import { healthAnswer } from '../api/contract.ts'
import { Problem } from '../core/problem.ts'
import type { Db } from '../store/open.ts'
import type { AppOptions } from './app.ts'
import type { OpenEndpoint } from './endpoint.ts'

/** Is the server well? Asks the database something small. */
export function health(
  db: Db,
  { version, server_id: server }: Pick<AppOptions, 'version' | 'server_id'>,
): OpenEndpoint {
  return {
    name: 'health',
    summary: 'Is the server well? Needs no key.',
    answer: healthAnswer,
    problems: ['unavailable'],
    async handle() {
      return { status: 'healthy', database: 'connected', server, schema_version: await schemaVersion(db), version }
    },
  }
}

/** How many of the ledger's migrations were applied. */
async function schemaVersion(db: Db): Promise<number> {
  try {
    const { rows } = await sql<{ applied: number }>`select applied from migration where list = 'ledger'`.execute(db)
    return rows[0]?.applied ?? 0
  } catch (cause) {
    throw new Problem('unavailable', 'The database does not answer.', {
      hint: 'The server’s log says why.',
      cause,
      details: { retry_after_s: 5 },
    })
  }
}

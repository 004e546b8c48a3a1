import { isPostgresUrl } from '../store/database-url.ts'
import { type Ledger, openServerLedger } from '../store/open.ts'
import { transfer } from '../store/transfer.ts'
import { Problem } from '../core/problem.ts'

export interface MigrateOptions {
  readonly from: string
  readonly to: string
  readonly json?: true
}

interface Sinks {
  readonly stdout: { write(text: string): void }
  readonly stderr: { write(text: string): void; readonly isTTY?: boolean }
  readonly now: () => number
}

/** `forge migrate`: moves a server's ledger to another engine. Throws a `Problem` for what cannot be moved. */
export async function migrateLedger({ from, to, json }: MigrateOptions, { stdout, stderr, now }: Sinks): Promise<void> {
  const [source, target] = [addressOf(from, '--from'), addressOf(to, '--to')]
  const started = now()
  const ledgers: Ledger[] = []
  try {
    for (const address of [source, target]) ledgers.push(await openServerLedger(address))
    const [old, fresh] = ledgers as [Ledger, Ledger]
    const moved = await transfer(old, fresh, (table, rows) => {
      if (stderr.isTTY === true) stderr.write(`\r\u001b[K  ${table}  ${rows.toLocaleString('en-US')}`)
    })
    if (stderr.isTTY === true) stderr.write('\r\u001b[K')
    const rows = Object.values(moved.tables).reduce((sum, table) => sum + table.rows, 0)
    const events = moved.tables['event']?.rows ?? 0
    if (json) {
      stdout.write(`${JSON.stringify({ events, rows, digest: moved.digest, ms: now() - started })}\n`)
      return
    }
    stdout.write(
      `✓ Moved ${events.toLocaleString('en-US')} events (${rows.toLocaleString('en-US')} rows) ` +
        `from ${old.path} to ${fresh.path}.\n` +
        `  Both sides have the digest ${moved.digest}. The first was not changed.\n` +
        `  Start the server on the second: ${isPostgresUrl(target) ? 'FORGE_DATABASE_URL=…' : '--data FOLDER'} forge serve\n`,
    )
  } finally {
    for (const ledger of ledgers) await ledger.close()
  }
}

function addressOf(text: string, flag: string): string {
  if (isPostgresUrl(text)) return text
  const path = /^sqlite:(?:\/\/)?(.+)$/.exec(text)?.[1]
  if (path !== undefined) return path
  throw new Problem('invalid-request', `${flag} is no address of a ledger.`, {
    hint: 'Works: sqlite:/srv/claudeforge/usage.db, postgres://USER@HOST/DATABASE (PGPASSWORD holds the password).',
  })
}

import { ago, counted, fullCount } from '../../core/format.ts'
import { readNote } from '../../store/notes.ts'
import type { Ledger } from '../../store/open.ts'
import { acknowledgedPosition, quarantined, waitingCount } from '../../store/outbox.ts'
import type { Collected } from '../collect.ts'
import { collectNotes } from '../collect-notes.ts'
import type { Config } from '../config.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import type { Synced } from '../sync.ts'
import { printNote } from '../terminal/messages.ts'

/** `forge sync --status`: what is collected, what waits, what went wrong. Reads the ledger only. */
export async function showStatus(
  ledger: Ledger,
  config: Config,
  options: { readonly json?: boolean },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, now } = surroundings
  const server = config.server_url ?? ''
  const waiting = await waitingCount(ledger.db, server)
  const position = await acknowledgedPosition(ledger.db, server)
  const refused = await quarantined(ledger.db, server)
  const collected = await readNote<Collected>(ledger.db, 'collect')
  const synced = await readNote<Synced>(ledger.db, 'sync')
  if (options.json) {
    const status = {
      schema_version: 1,
      server_url: config.server_url ?? null,
      waiting,
      acknowledged: position,
      refused,
      last_collect: collected ?? null,
      last_sync: synced ?? null,
    }
    stdout.write(`${JSON.stringify(status)}\n`)
    return 0
  }
  const lines = [
    ['Server', config.server_url ?? 'none; join one: forge login http://nas:8420'],
    ['Waiting', waiting === 0 ? 'nothing' : counted(waiting, 'event')],
    ['Last sync', synced === undefined ? 'never' : `${ago(now() - synced.at)} · ${counted(synced.sent, 'record')}`],
    [
      'Last read',
      collected === undefined ? 'never' : `${ago(now() - collected.at)} · ${fullCount(collected.files)} transcripts`,
    ],
    ...(refused.length === 0
      ? []
      : [
          [
            'Refused',
            `${counted(refused.length, 'event')} (${[...new Set(refused.map(({ code }) => code))].join(', ')})`,
          ],
        ]),
  ]
  for (const [label, text] of lines) stdout.write(`  ${label?.padEnd(11)}${text}\n`)
  for (const note of collected === undefined ? [] : collectNotes(collected)) printNote(note, surroundings)
  return 0
}

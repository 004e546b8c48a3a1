import { connect } from '../../api/client.ts'
import { localDay } from '../../core/calendar.ts'
import { shortDay } from '../../core/dates.ts'
import { byteCount, counted } from '../../core/format.ts'
import type { Ledger } from '../../store/open.ts'
import { localReports } from '../answer-from.ts'
import { collectNotes } from '../collect-notes.ts'
import { collect } from '../collect.ts'
import { freshenLine } from '../line/freshen-line.ts'
import type { Config } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Synced } from '../sync.ts'
import { syncWatched } from '../sync-watched.ts'
import { printDone, printNote } from '../terminal/messages.ts'

/** Reads what this machine has, sends it, and says what was sent. */
export async function firstSync(
  ledger: Ledger,
  { url, key }: { readonly url: string; readonly key: string },
  config: Config,
  surroundings: Surroundings,
): Promise<Synced> {
  const collected = await collect(ledger, surroundings, { hostname: config.hostname })
  for (const note of collectNotes(collected)) printNote(note, surroundings)
  const server = connect({ url, key }, { fetch: surroundings.fetch })
  const synced = await syncWatched({ ledger, surroundings, settings: config, server_url: url }, server)
  await freshenLine(server.reports, url, surroundings)
  printDone(
    `${await sentSentence(ledger, synced, surroundings)}\n${CONTENT[config.project_names]}\n${NEVER}`,
    surroundings,
  )
  return synced
}

async function sentSentence(ledger: Ledger, synced: Synced, surroundings: Surroundings): Promise<string> {
  const { sent, stored, rejected, bytes } = synced
  if (sent === 0) return 'Nothing to send yet: no usage of Claude Code was found on this machine.'
  const { zone, now } = surroundings
  const { total_sessions, first_activity } = await (await localReports(ledger, surroundings)).totals({})
  const since =
    first_activity === null
      ? ''
      : ` since ${shortDay(localDay(Date.parse(first_activity), zone), localDay(now(), zone))}`
  const known = sent - stored - rejected
  const already = known > 0 ? `; ${counted(known, 'record')} ${known === 1 ? 'was' : 'were'} there already` : ''
  return `Sent ${counted(sent, 'record')} of ${counted(total_sessions, 'session')}${since}, ${byteCount(bytes)}${already}.`
}

/** What is sent, by how much this machine tells of its projects. */
const CONTENT = {
  names: 'Sent are counts, models, times, session ids and names of folders.',
  hashed: 'Sent are counts, models, times, session ids and hashes of projects.',
  off: 'Sent are counts, models, times and session ids.',
} as const

const NEVER = 'No prompts, no answers, no code. To the byte: forge sync --force --dry-run'

import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { Problem } from '../../core/problem.ts'
import { cleanName } from '../../core/text.ts'
import { byteCount, counted } from '../../core/format.ts'
import { openMachineLedger } from '../../store/open.ts'
import { waitingCount } from '../../store/outbox.ts'
import { configuredServer } from '../answer-from.ts'
import { collect } from '../collect.ts'
import { freshenLine } from '../line/freshen-line.ts'
import { type Config, ledgerPath, readConfig } from '../config.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { plannedBatches, sync, type SyncContext } from '../sync.ts'
import { syncWatched } from '../sync-watched.ts'
import { printDone, printNote } from '../terminal/messages.ts'
import { collectNotes } from '../collect-notes.ts'
import { type Job, jobName } from '../job.ts'
import { showStatus } from './sync-status.ts'

export interface SyncOptions {
  /** Read every file from its start and send everything again. Nothing is counted twice by it. */
  readonly force?: boolean
  /** Only send what is waiting. */
  readonly retry?: boolean
  readonly status?: boolean
  /** Print the exact bytes instead of sending them. */
  readonly dryRun?: boolean
  /** Write them to a file, to be brought to the server by hand. */
  readonly export?: string
  /** This machine is made for a job, and then gone. */
  readonly ephemeral?: boolean
  /** Machines of one group belong together. */
  readonly group?: string
  /** What this machine is called this time. */
  readonly label?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `forge sync`: reads what is new, then sends everything that waits. */
export async function syncCommand(options: SyncOptions, surroundings: Surroundings): Promise<ExitCode> {
  const config = withLabel(readConfig(surroundings), options, surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    if (options.status) return await showStatus(ledger, config, options, surroundings)
    if (!options.retry) {
      const collected = await collect(ledger, surroundings, { hostname: config.hostname, full: options.force ?? false })
      if (!options.quiet) for (const note of collectNotes(collected)) printNote(note, surroundings)
    }
    const context = { ledger, surroundings, settings: config, server_url: config.server_url ?? '', job: jobOf(options) }
    if (options.export !== undefined) return await exportBatches(options.export, context)
    if (options.dryRun) return await printBatches(context, surroundings)
    return await send(context, config, options)
  } finally {
    await ledger.close()
  }
}

async function send(context: SyncContext, config: Config, options: SyncOptions): Promise<ExitCode> {
  const { surroundings } = context
  const target = await configuredServer(config, surroundings)
  if (target === undefined) {
    throw new Problem('unauthenticated', 'No server is set; what was read stays on this machine.', {
      hint: ['Join a server:  forge login http://nas:8420', 'Only local:     forge tokens --local'].join('\n'),
    })
  }
  try {
    const send = options.quiet || options.json ? sync : syncWatched
    const synced = await send(context, target.server, { from_start: options.force ?? false })
    if (options.json) surroundings.stdout.write(`${JSON.stringify({ schema_version: 1, ...synced })}\n`)
    else if (surroundings.stdout.isTTY && !options.quiet) {
      const known = synced.sent - synced.stored - synced.rejected
      const parts = [
        `In sync with ${target.url}`,
        counted(synced.stored, 'new record'),
        ...(known > 0 ? [`${counted(known, 'record')} already there`] : []),
        ...(synced.rejected > 0 ? [`${counted(synced.rejected, 'record')} refused`] : []),
        byteCount(synced.bytes),
      ]
      printDone(parts.join(' · '), surroundings)
    }
    await freshenLine(target.server.reports, target.url, surroundings)
    if (synced.cloned && !options.quiet) printNote(CLONED, surroundings)
    if (synced.rejected > 0) {
      printNote(
        `The server refused ${counted(synced.rejected, 'event')}; they are kept here. See why: forge sync --status`,
        surroundings,
      )
    }
    return 0
  } catch (error) {
    throw error instanceof Problem ? await withWaiting(error, context) : error
  }
}

const CLONED = 'Another computer sends as this machine, too: one of them is a clone. Totals stay exact.'

/** Adds to a failed sync's problem what matters most: that nothing is lost. */
async function withWaiting(problem: Problem, { ledger, server_url }: SyncContext): Promise<Problem> {
  const waiting = await waitingCount(ledger.db, server_url)
  const kept = `${counted(waiting, 'event')} ${waiting === 1 ? 'is' : 'are'} waiting on this disk and will go with the next sync.`
  // A request that the server does not accept was made by this program, not by who called it.
  const code = problem.code === 'invalid-request' ? 'internal' : problem.code
  return new Problem(code, problem.message, {
    hint: problem.hint === undefined ? kept : `${kept}\n${problem.hint}`,
    cause: problem,
    details: problem.details,
  })
}

async function printBatches(context: SyncContext, { stdout, stderr }: Surroundings): Promise<ExitCode> {
  let batches = 0
  let bytes = 0
  for await (const { body } of plannedBatches(context)) {
    batches++
    bytes += Buffer.byteLength(body)
    stdout.write(`${body}\n`)
  }
  stderr.write(
    batches === 0
      ? 'Nothing is waiting.\n'
      : `${counted(batches, 'request')}, ${byteCount(bytes)} before gzip: this is all that would be sent. Nothing was.\n`,
  )
  return 0
}

/** Everything that a server may lack, for a machine that reaches none: each file has all, so that none can be missed. */
async function exportBatches(path: string, context: SyncContext): Promise<ExitCode> {
  const file = createWriteStream(path, { mode: 0o600 })
  let records = 0
  try {
    for await (const { body, rows } of plannedBatches({ ...context, server_url: NOWHERE })) {
      records += rows
      if (!file.write(`${body}\n`)) await once(file, 'drain')
    }
    file.end()
    await finished(file)
  } catch (cause) {
    if (cause instanceof Problem || !(cause instanceof Error) || !('code' in cause)) throw cause
    throw new Problem('storage', `Cannot write ${path} (${cause.message}).`, { hint: 'Choose another file.', cause })
  }
  printDone(
    `Wrote ${counted(records, 'record')} to ${path}. On a machine that reaches the server: forge import ${path} --yes`,
    context.surroundings,
  )
  return 0
}

/** No server has ever acknowledged anything under it. */
const NOWHERE = 'nowhere:'

function jobOf({ ephemeral, group }: SyncOptions): Job | undefined {
  if (!ephemeral && group === undefined) return undefined
  return { group: cleanName(group ?? '').trim(), is_ephemeral: ephemeral === true }
}

/** A job that names itself nowhere else is called by what started it. */
function withLabel(config: Config, { label, ephemeral }: SyncOptions, surroundings: Surroundings): Config {
  const named = label === undefined ? (ephemeral ? jobName(surroundings) : undefined) : cleanName(label).trim()
  return named ? { ...config, hostname: named } : config
}

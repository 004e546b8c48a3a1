import { Problem } from '../../core/problem.ts'
import { byteCount, counted } from '../../core/format.ts'
import { openMachineLedger } from '../../store/open.ts'
import { waitingCount } from '../../store/outbox.ts'
import { configuredServer } from '../answer-from.ts'
import { collect } from '../collect.ts'
import { type Config, ledgerPath, readConfig } from '../config.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { plannedBatches, sync, type SyncContext } from '../sync.ts'
import { printDone, printNote } from '../terminal/messages.ts'
import { collectNotes } from '../collect-notes.ts'
import { showStatus } from './sync-status.ts'

export interface SyncOptions {
  /** Read every file from its start and send everything again. Nothing is counted twice by it. */
  readonly force?: boolean
  /** Only send what is waiting. */
  readonly retry?: boolean
  readonly status?: boolean
  /** Print the exact bytes instead of sending them. */
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `forge sync`: reads what is new, then sends everything that waits. */
export async function syncCommand(options: SyncOptions, surroundings: Surroundings): Promise<ExitCode> {
  const config = readConfig(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    if (options.status) return await showStatus(ledger, config, options, surroundings)
    if (!options.retry) {
      const collected = await collect(ledger, surroundings, { hostname: config.hostname, full: options.force ?? false })
      if (!options.quiet) for (const note of collectNotes(collected)) printNote(note, surroundings)
    }
    if (options.dryRun) return await printBatches(contextFor(config, ledger, surroundings), surroundings)
    return await send(contextFor(config, ledger, surroundings), config, options)
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
    const synced = await sync(context, target.server, { from_start: options.force ?? false })
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

function contextFor(config: Config, ledger: SyncContext['ledger'], surroundings: Surroundings): SyncContext {
  return { ledger, surroundings, settings: config, server_url: config.server_url ?? '' }
}

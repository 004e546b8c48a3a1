import { Problem } from '../../core/problem.ts'
import { readNote } from '../../store/notes.ts'
import { type Ledger, openMachineLedger } from '../../store/open.ts'
import type { Server } from '../../api/client.ts'
import { configuredServer, localReports } from '../answer-from.ts'
import { type Collected, collect } from '../collect.ts'
import { type Config, ledgerPath, readConfig } from '../config.ts'
import { ledgerProblem } from '../ledger-problem.ts'
import type { Surroundings } from '../surroundings.ts'
import { type SyncContext, type Synced, sync } from '../sync.ts'
import { exitCodeFor } from '../terminal/messages.ts'
import { markSignedOut } from '../line/facts.ts'
import { freshenLine } from '../line/freshen-line.ts'
import { writeStatusLine } from '../line/statusline-file.ts'
import { identify } from '../this-machine.ts'
import { ownHashes } from '../verify/own-hashes.ts'
import { checkServer } from '../verify/server.ts'
import { backoffMs, restOf } from './backoff.ts'
import type { Caller } from './callers.ts'
import { type LoggedRun, logRun } from './log.ts'
import { pauseNow } from './pause.ts'
import { type AutomaticState, loginOf, readState, writeState } from './state.ts'

/** One request may take so long; what was not acknowledged goes with the next run. */
const TIMEOUT_MS = 10_000

const COMPARED_EVERY_MS = 86_400_000

/**
 * One run of automatic sync: reads what is new, always, since Claude Code deletes it one day; then sends it, unless
 * someone paused it, the server asked for patience, or refused this machine.
 */
export async function runOnce(by: Caller, surroundings: Surroundings): Promise<void> {
  const started = surroundings.now()
  const config = readConfig(surroundings)
  try {
    const ledger = await openMachineLedger(ledgerPath(surroundings))
    try {
      const collected = await collect(ledger, surroundings, { hostname: config.hostname })
      const { state, ...outcome } = await send(ledger, config, surroundings)
      const ended_at = surroundings.now()
      writeState(surroundings, { ...state, ended_at })
      const at = new Date(ended_at).toISOString()
      logRun({ at, by, ms: ended_at - started, read: readOf(collected), ...outcome }, surroundings)
    } finally {
      await ledger.close()
    }
  } catch (error) {
    throw ledgerProblem(error) ?? error
  }
}

type Outcome = Pick<LoggedRun, 'sent' | 'missing' | 'not_sent' | 'problem'> & { readonly state: AutomaticState }

async function send(ledger: Ledger, config: Config, surroundings: Surroundings): Promise<Outcome> {
  const { server_url, api_key } = config
  const state = await stateNow(ledger, config, surroundings)
  if (server_url === undefined || api_key === undefined) {
    await freshenLine(await localReports(ledger, surroundings), null, surroundings)
    return { state, not_sent: 'no-server' }
  }
  if (state.refused !== undefined) return { state, not_sent: 'refused' }
  if (pauseNow(surroundings) !== undefined) return { state, not_sent: 'paused' }
  const { failure } = state
  if (failure !== undefined && restOf(failure.wait_ms, failure.at, surroundings.now()) > 0) {
    return { state, not_sent: 'waiting' }
  }
  try {
    const target = await configuredServer(config, surroundings, { timeout_ms: TIMEOUT_MS })
    if (target === undefined) return { state, not_sent: 'no-server' }
    const context = { ledger, surroundings, settings: config, server_url }
    const synced = await sync(context, target.server, { waits: 0 })
    await freshenLine(target.server.reports, server_url, surroundings)
    const { ended_at, compared_at } = state
    const now = surroundings.now()
    if (restOf(COMPARED_EVERY_MS, compared_at, now) > 0) {
      return { state: { ended_at, compared_at }, sent: sentOf(synced) }
    }
    const found = await sendWhatIsMissing(context, target.server)
    return {
      state: { ended_at, compared_at: now },
      sent: sentOf({ ...synced, stored: synced.stored + found.stored }),
      ...(found.missing === undefined ? {} : { missing: found.missing }),
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code, message } = error
    const after = stateAfter(state, error, config, surroundings)
    if (after.refused !== undefined) writeStatusLine(markSignedOut(surroundings), surroundings)
    return { state: after, problem: { code, message } }
  }
}

/**
 * The net under all else: what the server turns out to lack, whyever, is sent again. All that waited was sent before, so
 * a comparison that does not come through (a key that may not read) is left for tomorrow.
 */
async function sendWhatIsMissing(
  context: SyncContext,
  server: Server,
): Promise<{ missing: number | undefined; stored: number }> {
  const { ledger, surroundings } = context
  try {
    const { machine } = await ledger.db.transaction().execute((tx) => identify(ledger, tx, surroundings))
    const own = await ownHashes(ledger, machine, await localReports(ledger, surroundings))
    const { missing } = await checkServer(own, machine, server.reports)
    const again = missing === 0 ? undefined : await sync(context, server, { waits: 0, from_start: true })
    return { missing, stored: again?.stored ?? 0 }
  } catch (error) {
    if (error instanceof Problem) return { missing: undefined, stored: 0 }
    throw error
  }
}

/** The state without what is over: a failure or a refusal of another login, or before a sync that came through. */
async function stateNow(ledger: Ledger, config: Config, surroundings: Surroundings): Promise<AutomaticState> {
  const state = readState(surroundings)
  const synced = await readNote<Synced>(ledger.db, 'sync')
  return stillHolding(state, config, synced?.at ?? 0)
}

export function stillHolding(state: AutomaticState, config: Config, synced_at: number): AutomaticState {
  const login = loginOf(config)
  const holds = (failure: AutomaticState['refused']) =>
    failure !== undefined && failure.login === login && failure.at > synced_at
  return {
    ended_at: state.ended_at,
    compared_at: state.compared_at,
    failure: holds(state.failure) ? state.failure : undefined,
    refused: holds(state.refused) ? state.refused : undefined,
  }
}

function stateAfter(
  { ended_at, compared_at, failure: before }: AutomaticState,
  { code, message, details }: Problem,
  config: Config,
  { now, randomBytes }: Surroundings,
): AutomaticState {
  const at = now()
  const failure = { code, message, at, login: loginOf(config) }
  if (exitCodeFor(code) === 4) return { ended_at, compared_at, refused: failure }
  const tries = (before?.tries ?? 0) + 1
  const asked_s = details['retry_after_s']
  const wait_ms = backoffMs(tries, {
    random: Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32,
    asked_s: typeof asked_s === 'number' ? asked_s : undefined,
  })
  return { ended_at, compared_at, failure: { ...failure, tries, since: before?.since ?? at, wait_ms } }
}

function readOf({ files, files_read, added, grown, figures }: Collected): NonNullable<LoggedRun['read']> {
  return { files, files_read, new: added + grown + figures }
}

function sentOf({ sent, stored, rejected, bytes }: Synced): NonNullable<LoggedRun['sent']> {
  return { sent, stored, rejected, bytes }
}

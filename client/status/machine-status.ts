import { readNote } from '../../store/notes.ts'
import type { Ledger } from '../../store/open.ts'
import { quarantined, waitingCount } from '../../store/outbox.ts'
import { locate } from '../../sources/claude-code/locate.ts'
import { transcriptsIn } from '../../sources/source.ts'
import { localReports } from '../answer-from.ts'
import { CALLERS, type Caller } from '../automatic/callers.ts'
import { lastCalls } from '../automatic/calls.ts'
import { lastRuns } from '../automatic/log.ts'
import { type Pause, pauseNow } from '../automatic/pause.ts'
import { stillHolding } from '../automatic/run.ts'
import { type AutomaticState, readState } from '../automatic/state.ts'
import type { Collected } from '../collect.ts'
import type { Config } from '../config.ts'
import { type Installed, readInstalled } from '../install/record.ts'
import { timerNamed } from '../install/timers/timers.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Synced } from '../sync.ts'
import { claudeVersion } from './claude-version.ts'

/** What a machine knows of its own syncs, without asking anyone. */
export interface MachineStatus {
  readonly waiting: number
  readonly refused_events: number
  readonly synced: Synced | undefined
  readonly collected: Collected | undefined
  readonly automatic: AutomaticState
  readonly pause: Pause | undefined
  readonly installed: Installed
  /** Undefined where no timer was installed. */
  readonly timer: { readonly title: string; readonly on: boolean; readonly next?: string | undefined } | undefined
  /** Who called last, and when; undefined where nobody ever did. */
  readonly last_call: { readonly by: Caller; readonly at: number } | undefined
  /** Who called for the last sync; undefined where someone typed it. */
  readonly synced_by: Caller | undefined
  /** Where transcripts are looked for and some are found. */
  readonly folders: readonly string[]
  readonly transcripts: number
  /** Of Claude Code, by its latest usage here. */
  readonly claude_version: string | undefined
  readonly cleanup_period_days: number
  readonly total_tokens: number
  /** The first day of which anything is known; null for none. */
  readonly first_day: string | null
}

export async function machineStatus(
  ledger: Ledger,
  config: Config,
  surroundings: Surroundings,
): Promise<MachineStatus> {
  const server = config.server_url ?? ''
  const synced = await readNote<Synced>(ledger.db, 'sync')
  const installed = readInstalled(surroundings)
  const reports = await localReports(ledger, surroundings)
  const totals = await reports.totals({})
  const { cleanup_period_days, ...found } = locate(surroundings)
  const calls = lastCalls(surroundings)
  const [by] = CALLERS.toSorted((a, b) => (calls.get(b) ?? 0) - (calls.get(a) ?? 0))
  const at = by === undefined ? undefined : calls.get(by)
  return {
    waiting: await waitingCount(ledger.db, server),
    refused_events: (await quarantined(ledger.db, server)).length,
    synced,
    collected: await readNote<Collected>(ledger.db, 'collect'),
    automatic: stillHolding(readState(surroundings), config, synced?.at ?? 0),
    pause: pauseNow(surroundings),
    installed,
    timer: timerStatus(installed, surroundings),
    last_call: by === undefined || at === undefined ? undefined : { by, at },
    synced_by: synced && callerOf(synced, surroundings),
    folders: found.roots,
    transcripts: transcriptsIn(found).length,
    claude_version: await claudeVersion(reports, surroundings),
    cleanup_period_days,
    total_tokens: totals.total_tokens,
    first_day: totals.first_activity,
  }
}

/** A run ends and is logged within so much of the end of its sync: it asks what the status line says in between. */
const LOGGED_WITHIN_MS = 60_000

function callerOf(synced: Synced, surroundings: Surroundings): Caller | undefined {
  const [run] = lastRuns(1, surroundings)
  if (run?.sent === undefined) return undefined
  const after = Date.parse(run.at) - synced.at
  return after >= 0 && after < LOGGED_WITHIN_MS ? run.by : undefined
}

function timerStatus({ timer }: Installed, surroundings: Surroundings): MachineStatus['timer'] {
  if (timer === undefined) return undefined
  const { title, status } = timerNamed(timer.name)
  return { title, ...status(surroundings) }
}

import { gzipSync } from 'node:zlib'
import type { Server } from '../api/client.ts'
import {
  type DayFigures,
  MAX_BATCH_BYTES,
  MAX_BATCH_ROWS,
  PROTOCOL_VERSION,
  type SyncAnswer2,
} from '../api/contract.ts'
import { encodeEvents } from '../api/event-table.ts'
import { keptProject } from '../api/project-names.ts'
import type { LimitSample } from '../core/limits.ts'
import { Problem } from '../core/problem.ts'
import { coverageOf } from '../store/coverage.ts'
import { snapshotsOf } from '../store/day-figures.ts'
import type { Logged } from '../store/event-rows.ts'
import { cleanupPeriod } from '../store/machines.ts'
import { writeNote } from '../store/notes.ts'
import type { Ledger, Tx } from '../store/open.ts'
import {
  acknowledge,
  acknowledgedPosition,
  clearQuarantine,
  quarantine,
  type Waiting,
  waitingAfter,
} from '../store/outbox.ts'
import { labelsOf } from '../store/projects.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import type { Position } from '../store/sequence.ts'
import type { Config } from './config.ts'
import type { Job } from './job.ts'
import type { Surroundings } from './surroundings.ts'
import { identify, runningStart } from './this-machine.ts'

/** What a sync sent. */
export interface Synced {
  readonly at: number
  /** Events and figures that were sent. */
  readonly sent: number
  /** Of these, what the server did not know or knew less of. */
  readonly stored: number
  readonly rejected: number
  readonly batches: number
  /** Bytes on the wire, compressed. */
  readonly bytes: number
  readonly ms: number
  /** Another computer sends as this machine, too. */
  readonly cloned?: true
}

export type SyncSettings = Pick<Config, 'hostname' | 'project_names' | 'project_secret'>

export interface SyncContext {
  readonly ledger: Ledger
  readonly surroundings: Surroundings
  /** What this machine is called, and how much it says of its projects. */
  readonly settings: SyncSettings
  /** The server's URL: how far it has acknowledged this ledger is kept under it. */
  readonly server_url: string
  /** Where this machine is made for a job, and then gone. */
  readonly job?: Job | undefined
}

/** A batch as it goes out. */
export interface Batch {
  readonly waiting: Waiting
  /** The body before compression: the exact bytes. */
  readonly body: string
  readonly rows: number
}

export interface SyncOptions {
  /** Sends the whole ledger again. */
  readonly from_start?: boolean
  /** How often in a row a server is waited for that asks for patience. */
  readonly waits?: number
  /** Called after each batch, with how many records were sent so far. */
  readonly onSent?: (sent: number) => void
}

/** A server may ask for patience so often in a row before a sync gives up. */
const MAX_WAITS = 8
/** And no longer than this at once; what waits is kept and goes out with the next sync. */
const LONGEST_WAIT_S = 90
/** A server that moves its position more often than this is not going to agree. */
const MAX_MISMATCHES = 5

/**
 * Sends everything that the server has not acknowledged. The position moves only after the server's answer, which it
 * gives only after its commit: a lost answer, a kill or a restored server repeats a batch, and repeating changes
 * nothing. Throws a Problem when the server cannot be reached or refuses; what was acknowledged until then stays
 * acknowledged.
 */
export async function sync(
  context: SyncContext,
  server: Pick<Server, 'sync'>,
  { from_start = false, waits = MAX_WAITS, onSent }: SyncOptions = {},
): Promise<Synced> {
  const { ledger, surroundings, server_url } = context
  const started = surroundings.now()
  if (from_start) await forget(context)
  const totals = { sent: 0, stored: 0, rejected: 0, batches: 0, bytes: 0 }
  let cloned = false
  let limit = MAX_BATCH_ROWS
  let mismatches = 0
  let ahead: Ahead | undefined
  for (;;) {
    const after = await acknowledgedPosition(ledger.db, server_url)
    const { batch, gzipped } = await (ahead?.after === after ? ahead.ready : readyBatch(context, after, limit))
    // The first request goes out also when nothing waits: the server learns that the machine is there and what it is
    // called, and a server that was restored or replaced is noticed.
    if (batch.waiting.up_to === after && totals.batches > 0) break
    try {
      const sending = sendPatiently(surroundings, server, gzipped, waits)
      ahead = makeAhead(context, batch.waiting.up_to, limit)
      const answer = await sending
      checkAnswer(answer, batch)
      await settle(context, batch, answer)
      cloned ||= answer.notice === 'cloned'
      totals.sent += batch.rows
      totals.stored += answer.stored
      totals.rejected += answer.rejected.length
      totals.batches++
      totals.bytes += gzipped.byteLength
      onSent?.(totals.sent)
    } catch (error) {
      // Whoever hears of it may close the ledger.
      await ahead?.ready.catch(() => undefined)
      if (!(error instanceof Problem)) throw error
      if (error.code === 'position-mismatch' && ++mismatches <= MAX_MISMATCHES) {
        await goOnFrom(context, after, error)
      } else if (error.code === 'too-large' && batch.rows > 1) {
        limit = Math.ceil(Math.min(batch.rows, limit) / 2)
      } else {
        throw error.code === 'unauthenticated' ? await refusal(error, context) : error
      }
    }
  }
  const at = surroundings.now()
  const synced: Synced = { at, ...totals, ms: at - started, ...(cloned ? { cloned: true } : {}) }
  await ledger.db.transaction().execute((tx) => writeNote(tx, 'sync', synced))
  return synced
}

/** The batches that a sync would send now, each with its exact bytes. Nothing is sent and no position moves. */
export async function* plannedBatches(context: SyncContext): AsyncGenerator<Batch> {
  let after = await acknowledgedPosition(context.ledger.db, context.server_url)
  for (;;) {
    const batch = await nextBatch(context, after, MAX_BATCH_ROWS)
    if (batch.waiting.up_to === after) return
    yield batch
    after = batch.waiting.up_to
  }
}

/** A batch and its body as it goes over the wire. */
interface Ready {
  readonly batch: Batch
  readonly gzipped: Uint8Array
}

/** The batch after the one that is on its way: made meanwhile, and sent if the position is then where it begins. */
interface Ahead {
  readonly after: Position
  readonly ready: Promise<Ready>
}

function makeAhead(context: SyncContext, after: Position, limit: number): Ahead {
  // Once the request is out: it would wait for all of this.
  const ready = new Promise((resolve) => setImmediate(resolve)).then(() => readyBatch(context, after, limit))
  // Who waits for it hears of a failure; where nobody does, it does not matter.
  ready.catch(() => undefined)
  return { after, ready }
}

async function readyBatch(context: SyncContext, after: Position, limit: number): Promise<Ready> {
  const batch = await nextBatch(context, after, limit)
  // What more effort saves is one byte in twenty, and takes twice as long.
  return { batch, gzipped: gzipSync(batch.body, { level: 1 }) }
}

async function nextBatch(context: SyncContext, after: Position, limit: number): Promise<Batch> {
  const { ledger, surroundings, settings } = context
  const { hostname, project_names: level } = settings
  return ledger.db.transaction().execute(async (tx) => {
    const me = await identify(ledger, tx, surroundings)
    const privacy = { level, secret: settings.project_secret ?? me.project_secret }
    const told = ({ event }: Logged) => ({ ...event, project: keptProject(event.project, privacy) })
    for (let rows = limit; ; rows = Math.ceil(rows / 2)) {
      const waiting = await waitingAfter(tx, ONLY_OWNER, after, rows)
      const days = await dayFigures(tx, waiting)
      const body = JSON.stringify({
        protocol_version: PROTOCOL_VERSION,
        machine: {
          id: me.machine,
          hostname,
          cleanup_period_days: await cleanupPeriod(tx, ONLY_OWNER, me.machine),
          ...context.job,
          running: await runningStart(me.machine, surroundings),
        },
        ledger: me.ledger,
        after,
        up_to: waiting.up_to,
        events: encodeEvents(waiting.events.map(told)),
        projects: level === 'names' ? await projectNames(tx, waiting.events) : [],
        coverage: (await coverageOf(tx, ONLY_OWNER)).get(me.machine) ?? [],
        ...(waiting.limits.length === 0 ? {} : { limits: waiting.limits.map(limitOf) }),
        ...(waiting.withdrawn.length === 0 ? {} : { withdrawn: waiting.withdrawn }),
        ...(days === undefined ? {} : { days }),
      })
      const { figures, activity, models } = waiting.figures
      const count = waiting.events.length + figures.length + activity.length + models.length
      if (Buffer.byteLength(body) <= MAX_BATCH_BYTES || rows === 1) return { waiting, body, rows: count }
    }
  })
}

function limitOf({ account, window, used_percent, resets_at, seen_at }: LimitSample) {
  return { account, window, used_percent, resets_at, seen_at }
}

async function projectNames(tx: Tx, events: readonly Logged[]): Promise<{ project: string; label: string }[]> {
  const keys = new Set(events.map(({ event }) => event.project))
  return [...(await labelsOf(tx, ONLY_OWNER, keys))].map(([project, label]) => ({ project, label }))
}

async function dayFigures(tx: Tx, { figures: waiting }: Waiting): Promise<DayFigures | undefined> {
  const { figures, activity, models } = waiting
  if (figures.length + activity.length + models.length === 0) return undefined
  const plain = <R extends { readonly seq: Position }>(rows: readonly R[]) => rows.map(({ seq: _, ...row }) => row)
  return {
    snapshots: await snapshotsOf(tx, ONLY_OWNER),
    figures: plain(figures),
    activity: plain(activity),
    models: plain(models),
  }
}

async function sendPatiently(
  { sleep }: Surroundings,
  server: Pick<Server, 'sync'>,
  gzipped: Uint8Array,
  most_waits: number,
): Promise<SyncAnswer2> {
  for (let waits = 0; ; waits++) {
    try {
      return await server.sync(gzipped)
    } catch (error) {
      const wait_s = error instanceof Problem ? error.details['retry_after_s'] : undefined
      if (typeof wait_s !== 'number' || wait_s > LONGEST_WAIT_S || waits >= most_waits) throw error
      await sleep(wait_s * 1000)
    }
  }
}

/** An answer counts only if it answers this batch: a captive portal or another program must not acknowledge anything. */
function checkAnswer(answer: SyncAnswer2, { waiting, rows }: Batch): void {
  const sane = answer.acknowledged === waiting.up_to
  if (sane && answer.rejected.every(({ index }) => index < rows)) return
  throw new Problem('unreachable', 'The server answered to something that was not sent; nothing was acknowledged.', {
    hint: 'Is there a proxy in between, or is the server of a very different version?',
  })
}

async function settle(
  { ledger, surroundings, server_url }: SyncContext,
  { waiting }: Batch,
  answer: SyncAnswer2,
): Promise<void> {
  const at = surroundings.now()
  await ledger.db.transaction().execute(async (tx) => {
    for (const { index, code } of answer.rejected) {
      const logged = waiting.events[index]
      if (logged !== undefined) await quarantine(tx, { server: server_url, event: logged.event.id, code, at })
    }
    await acknowledge(tx, server_url, waiting.up_to, at)
  })
}

/** The server has less than was acknowledged (it was restored or replaced): go on from what it has. */
async function goOnFrom(
  { ledger, surroundings, server_url }: SyncContext,
  after: Position,
  mismatch: Problem,
): Promise<void> {
  const { expected } = mismatch.details
  if (!Number.isInteger(expected) || (expected as number) < 0 || (expected as number) >= after) throw mismatch
  await ledger.db.transaction().execute((tx) => acknowledge(tx, server_url, expected as number, surroundings.now()))
}

/** Says more of a refusal, where more is known. Loaded only then. */
async function refusal(error: Problem, { ledger, server_url: url, surroundings }: SyncContext): Promise<Problem> {
  const { refusedBy } = await import('./known-server.ts')
  return refusedBy(error, { ledger, url }, surroundings)
}

async function forget({ ledger, surroundings, server_url }: SyncContext): Promise<void> {
  await ledger.db.transaction().execute(async (tx) => {
    await clearQuarantine(tx, server_url)
    await acknowledge(tx, server_url, 0, surroundings.now())
  })
}

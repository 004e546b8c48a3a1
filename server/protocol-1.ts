import type { z } from 'zod'
import type { SyncRequest1, syncAnswer1 } from '../api/contract.ts'
import type { DayActivity, DayFigure, FigureSet, ModelFigure } from '../core/day-figure.ts'
import { dayFromNumber, utcDayNumber, type Day } from '../core/day.ts'
import { Problem } from '../core/problem.ts'
import { cleanName } from '../core/text.ts'
import { MAX_COUNT } from '../core/tokens.ts'
import { recordFigures } from '../store/day-figures.ts'
import { machineIdFor } from '../store/machines.ts'
import { meetMachine } from '../store/meet-machine.ts'
import { transact } from '../store/transact.ts'
import type { Caller } from './access/caller.ts'
import type { ServerLedger } from './endpoint.ts'
import { mustHaveBrought } from './machines/sender.ts'

/**
 * Takes what an original client sends: sums by day and model, which are not deduplicated and therefore kept as day
 * figures, apart from events. Sent again they change nothing. Such a client is known by its hostname alone.
 */
export async function receive1(
  { db, now }: ServerLedger,
  caller: Caller,
  request: SyncRequest1,
): Promise<z.output<typeof syncAnswer1>> {
  const { owner } = caller
  const hostname = cleanName(request.hostname).trim()
  if (hostname === '') {
    throw new Problem('invalid-request', 'The hostname has no printable character.', {
      details: { errors: [{ pointer: '/hostname', detail: 'must have a printable character' }] },
    })
  }
  return transact(db, owner, async (tx) => {
    const machine = await machineIdFor(tx, owner, hostname)
    await mustHaveBrought(tx, caller, { id: machine, hostname })
    const introduced_by = caller.brings?.family ?? ''
    const { registered } = await meetMachine(tx, owner, { id: machine, hostname, protocol: 1, introduced_by }, now())
    const { set, records } = reportedFigures(request, machine)
    await recordFigures(tx, owner, set, now())
    return {
      status: 'success',
      protocol_version: 1,
      records_upserted: records,
      machine_registered: registered,
      server_time: new Date(now()).toISOString(),
    }
  })
}

/** No day of one machine comes near it. Larger ones would make sums inexact, so they are left out. */
const MAX_FIGURE = MAX_COUNT * 1000

/** A figure, and how many records of the request are in it. */
interface Reported<F> {
  readonly figure: F
  readonly records: number
}

/** The figures of a request, and how many of its records they hold. What cannot be read or meant is left out. */
function reportedFigures(request: SyncRequest1, machine: string): { set: FigureSet; records: number } {
  const of = { machine, origin: 'protocol-1' } as const
  const raw = rawFigures(request, of)
  const days = [
    ...raw,
    ...request.daily_usage.map((row) => single<DayFigure>({ ...row, ...of, model: '', total_tokens: sumOf(row) })),
    ...tokenFigures(request, of, new Set(raw.map(({ figure }) => figure.date))),
  ].filter(({ figure }) => figure.total_tokens <= MAX_FIGURE)
  const activity = request.daily_activity
    .map((row) => single<DayActivity>({ ...row, ...of }))
    .filter(({ figure: row }) => Math.max(row.message_count, row.session_count, row.tool_call_count) <= MAX_FIGURE)
  const models = request.model_usage
    .filter(isResponse)
    .map((row) => single<ModelFigure>({ ...row, ...of, model: cleanName(row.model) }))
    .filter(({ figure }) => sumOf(figure) <= MAX_FIGURE)
  return {
    set: {
      snapshot: { ...of, version: 1, basis: basisOf(request), last_day: '', first_day: '' },
      figures: days.map(({ figure }) => figure),
      activity: activity.map(({ figure }) => figure),
      models: models.map(({ figure }) => figure),
    },
    records: [...days, ...activity, ...models].reduce((sum, { records }) => sum + records, 0),
  }
}

function single<F>(figure: F): Reported<F> {
  return { figure, records: 1 }
}

type Of = Pick<DayFigure, 'machine' | 'origin'>

/** Single responses, summed by UTC day and model. */
function rawFigures({ raw_usage }: SyncRequest1, of: Of): Reported<DayFigure>[] {
  const sums = new Map<string, Reported<DayFigure>>()
  for (const { timestamp, model: name, ...tokens } of raw_usage.filter(isResponse)) {
    const date = utcDay(timestamp)
    if (date === undefined || sumOf(tokens) > MAX_COUNT) continue
    const model = cleanName(name)
    const key = `${date} ${model}`
    const sum = sums.get(key)
    const figure = sum?.figure ?? { ...of, date, model, total_tokens: 0, ...NO_TOKENS }
    sums.set(key, {
      figure: {
        ...figure,
        total_tokens: figure.total_tokens + sumOf(tokens),
        input_tokens: figure.input_tokens + tokens.input_tokens,
        output_tokens: figure.output_tokens + tokens.output_tokens,
        cache_read_tokens: figure.cache_read_tokens + tokens.cache_read_tokens,
        cache_creation_tokens: figure.cache_creation_tokens + tokens.cache_creation_tokens,
      },
      records: (sum?.records ?? 0) + 1,
    })
  }
  return [...sums.values()]
}

/** Totals by day and model, of older clients, for days of which no single response tells more. */
function tokenFigures({ daily_tokens }: SyncRequest1, of: Of, rawDays: ReadonlySet<Day>): Reported<DayFigure>[] {
  return daily_tokens
    .filter((row) => isResponse(row) && !rawDays.has(row.date))
    .map(({ date, model, tokens }) =>
      single({ ...of, date, model: cleanName(model), total_tokens: tokens, ...NO_TOKENS }),
    )
}

/** Claude Code writes such rows by itself, for errors and the like; no model answered. */
function isResponse({ model }: { readonly model: string }): boolean {
  return model !== '<synthetic>'
}

const NO_TOKENS = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 } as const

function sumOf(row: Readonly<Record<keyof typeof NO_TOKENS, number>>): number {
  return row.input_tokens + row.output_tokens + row.cache_read_tokens + row.cache_creation_tokens
}

/** Only the oldest clients, which took daily totals from stats-cache.json, sent tokens without those of the cache. */
function basisOf({ daily_usage, raw_usage, daily_tokens }: SyncRequest1): 'all' | 'in+out' | '' {
  if (daily_usage.length + raw_usage.length > 0) return 'all'
  return daily_tokens.length > 0 ? 'in+out' : ''
}

const ISO_TIMESTAMP = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/i

/** The UTC day of an ISO timestamp, UTC where it names no zone; undefined for anything else. */
function utcDay(timestamp: string): Day | undefined {
  const match = ISO_TIMESTAMP.exec(timestamp)
  if (match === null) return undefined
  const instant = Date.parse(match[1] === undefined ? `${timestamp}Z` : timestamp)
  return instant >= 0 ? dayFromNumber(utcDayNumber(instant)) : undefined
}

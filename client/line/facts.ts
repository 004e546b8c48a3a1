import { localDay, startOfDay } from '../../core/calendar.ts'
import { addDays, type Day } from '../../core/day.ts'
import type { LimitRow, Reports } from '../../core/report-specs.ts'
import { automaticFile } from '../automatic/places.ts'
import { readSmallFile, writeSmallFile } from '../automatic/small-files.ts'
import type { Surroundings } from '../surroundings.ts'

/** What a status line or a menu bar says, kept in a file so that saying it waits for nothing. */
export interface LineFacts {
  /** When it was asked; milliseconds since 1970. */
  readonly at: number
  readonly tz: string
  readonly date: Day
  readonly total_tokens: number
  readonly cost_usd: string | null
  readonly machine_count: number
  readonly limits: readonly LineLimit[]
  readonly server_url: string | null
  /** The server refuses this machine: nothing is sent until it has another key. */
  readonly signed_out?: true
}

export type LineLimit = Pick<LimitRow, 'account' | 'window' | 'used_percent' | 'resets_at' | 'seen_at' | 'hostname'>

/** The facts that hold now: those of another day or of a window that was reset since are left out. */
export function readFacts(surroundings: Pick<Surroundings, 'home' | 'now'>): LineFacts | undefined {
  const facts = readSmallFile<LineFacts>(factsPath(surroundings))
  if (!isWhole(facts)) return undefined
  const now = surroundings.now()
  const isToday = facts.date === localDay(now, facts.tz)
  return {
    ...facts,
    ...(isToday ? {} : { total_tokens: 0, cost_usd: null, machine_count: 0, date: localDay(now, facts.tz) }),
    limits: facts.limits.filter(({ resets_at }) => Date.parse(resets_at) > now),
  }
}

/** Asks reports for the facts and keeps them. Returns them. */
export async function refreshFacts(
  reports: Pick<Reports, 'totals' | 'limits'>,
  server_url: string | null,
  surroundings: Pick<Surroundings, 'home' | 'now' | 'zone'>,
): Promise<LineFacts> {
  const at = surroundings.now()
  const tz = surroundings.zone
  const date = localDay(at, tz)
  const [totals, { limits }] = await Promise.all([reports.totals({ from: date, to: date, tz }), reports.limits({})])
  const { total_tokens, cost_usd, machine_count } = totals
  return keepFacts(
    { at, tz, date, total_tokens, cost_usd, machine_count, limits: limits.map(lineLimit), server_url },
    surroundings,
  )
}

/** Puts what this machine has just heard of limits among the facts, where it is newer. */
export function addLimits(limits: readonly LimitRow[], surroundings: Surroundings): void {
  const facts = readFacts(surroundings) ?? noFacts(surroundings)
  const merged = new Map<string, LineLimit>()
  for (const limit of [...facts.limits, ...limits.map(lineLimit)]) {
    const key = `${limit.account} ${limit.window}`
    const before = merged.get(key)
    if (before === undefined || before.seen_at <= limit.seen_at) merged.set(key, limit)
  }
  keepFacts({ ...facts, limits: [...merged.values()] }, surroundings)
}

/** Puts among the facts that nothing is sent any more; the next answer of a server takes it out again. */
export function markSignedOut(surroundings: Surroundings): LineFacts {
  return keepFacts({ ...(readFacts(surroundings) ?? noFacts(surroundings)), signed_out: true }, surroundings)
}

function noFacts({ now, zone }: Surroundings): LineFacts {
  const today = { at: now(), tz: zone, date: localDay(now(), zone) }
  return { ...today, total_tokens: 0, cost_usd: null, machine_count: 0, limits: [], server_url: null }
}

/** Until when facts hold as they are: the end of their day, or the first reset. */
export function holdsUntil({ date, tz, limits }: LineFacts): number {
  return Math.min(startOfDay(addDays(date, 1), tz), ...limits.map(({ resets_at }) => Date.parse(resets_at)))
}

function keepFacts(facts: LineFacts, surroundings: Pick<Surroundings, 'home'>): LineFacts {
  writeSmallFile(factsPath(surroundings), facts)
  return facts
}

function factsPath(surroundings: Pick<Surroundings, 'home'>): string {
  return automaticFile(surroundings, 'line.json')
}

function isWhole(facts: Partial<LineFacts> | undefined): facts is LineFacts {
  return typeof facts?.at === 'number' && typeof facts.tz === 'string' && Array.isArray(facts.limits)
}

function lineLimit({ account, window, used_percent, resets_at, seen_at, hostname }: LimitRow): LineLimit {
  return { account, window, used_percent, resets_at, seen_at, hostname }
}

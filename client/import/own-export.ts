import { z } from 'zod'
import { originKind } from '../../core/day-figure.ts'
import { dayFromNumber, utcDayNumber } from '../../core/day.ts'
import * as rows from '../../core/reports/rows.ts'
import type { UsageEvent } from '../../core/usage-event.ts'
import { EXPORT_HEADER } from '../../core/export-text.ts'
import { activityOf, figureOf, type ImportFile, type MachineDays } from './days.ts'

/**
 * An export of our own, line by line. Its events come back as days: real events are only what a transcript shows here,
 * and they supersede these. Estimates stay behind, since every machine has its own.
 */

const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal(EXPORT_HEADER.type) }),
  z.object({ type: z.literal('machine'), machine: z.string(), hostname: z.string() }),
  z.object({ type: z.literal('project') }),
  rows.loggedEvent.extend({ type: z.literal('event') }),
  rows.loggedFigure.extend({ type: z.literal('day_figure') }),
  rows.loggedActivity.extend({ type: z.literal('day_activity') }),
])

interface Sums {
  readonly tokens: Map<
    string,
    Pick<UsageEvent, 'input_tokens' | 'output_tokens' | 'cache_read_tokens'> & { written: number }
  >
  readonly activity: Map<string, { messages: number; sessions: Set<string>; tools: number }>
  readonly reported: MachineDays
}

export function readOwnExport(lines: Iterable<string>): ImportFile {
  const machines = new Map<string, Sums>()
  const hostnames = new Map<string, string>()
  let [odd, estimates] = [0, 0]
  const of = (machine: string): Sums => {
    let sums = machines.get(machine)
    if (sums === undefined) {
      sums = { tokens: new Map(), activity: new Map(), reported: { figures: [], activity: [] } }
      machines.set(machine, sums)
    }
    return sums
  }
  for (const text of lines) {
    const row = parsed(text)
    if (row === undefined) odd++
    else if (row.type === 'machine') hostnames.set(row.machine, row.hostname)
    else if (row.type === 'event') addEvent(of(row.machine), row)
    else if (row.type === 'day_figure' || row.type === 'day_activity') {
      if (originKind(row.origin) === 'stats-cache') estimates++
      else if (row.type === 'day_figure') of(row.machine).reported.figures.push(row)
      else of(row.machine).reported.activity.push(row)
    }
  }
  const labels = uniqueNames(hostnames)
  return {
    kind: 'export',
    machines: [...machines].map(([machine, sums]) => daysOf(machine, labels.get(machine), sums)),
    notes: [
      ...(estimates > 0 ? [`${estimates} estimates of stats-cache.json are left out.`] : []),
      ...(odd > 0 ? [`${odd} lines could not be understood and are left out.`] : []),
    ],
  }
}

function parsed(text: string): z.output<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function addEvent({ tokens, activity }: Sums, event: z.output<typeof rows.loggedEvent>): void {
  const date = dayFromNumber(utcDayNumber(Date.parse(event.occurred_at)))
  const day = activity.get(date) ?? { messages: 0, sessions: new Set<string>(), tools: 0 }
  day.messages++
  day.tools += event.tool_calls
  day.sessions.add(event.session)
  activity.set(date, day)
  if (event.kind === 'prompt') return
  const key = `${date} ${event.model}`
  const sum = tokens.get(key) ?? { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, written: 0 }
  tokens.set(key, {
    input_tokens: sum.input_tokens + event.input_tokens,
    output_tokens: sum.output_tokens + event.output_tokens,
    cache_read_tokens: sum.cache_read_tokens + event.cache_read_tokens,
    written: sum.written + event.cache_write_5m_tokens + event.cache_write_1h_tokens,
  })
}

/** Two machines of one hostname stay two. */
function uniqueNames(hostnames: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const alike = Map.groupBy(hostnames, ([, hostname]) => hostname)
  return new Map(
    [...hostnames].map(([id, name]) => [id, alike.get(name)?.length === 1 ? name : `${name}~${id.slice(-4)}`]),
  )
}

/** The days of events; and of the others those on which there is no event. */
function daysOf(id: string, hostname: string | undefined, { tokens, activity, reported }: Sums): MachineDays {
  const figures = [...tokens].flatMap(([key, { written, ...sum }]) => {
    const figure = figureOf(key.slice(0, 10), key.slice(11), { ...sum, cache_creation_tokens: written })
    return figure === undefined ? [] : [figure]
  })
  const acts = [...activity].flatMap(([date, { messages, sessions, tools }]) => {
    const counts = { message_count: messages, session_count: sessions.size, tool_call_count: tools }
    const found = activityOf(date, counts)
    return found === undefined ? [] : [found]
  })
  const isFree = ({ date }: { readonly date: string }) => !activity.has(date)
  return {
    machine: id,
    ...(hostname === undefined ? {} : { hostname }),
    figures: [...figures, ...reported.figures.filter(isFree)],
    activity: [...acts, ...reported.activity.filter(isFree)],
  }
}

import { readFileSync } from 'node:fs'
import { localDay } from '../../../core/calendar.ts'
import { totalTokens } from '../../../core/tokens.ts'
import type { UsageEvent } from '../../../core/usage-event.ts'
import { parseRow } from '../../../sources/claude-code/parse-row.ts'

/**
 * What the counting rule of ccusage 20 makes of the transcripts that are here, so that a difference can be told from its
 * cause. Its rule: a row counts unless a field of it is null that it wants to have, or its version is none; rows of one
 * message and request are one, and of a side conversation rows of one message; of these counts the row of the main
 * conversation, then the one with more tokens, on the day of that row. A row without a message id counts by itself.
 */
export interface Ruled {
  readonly kept: readonly KeptPart[]
  /** Every response that the transcripts show. */
  readonly shown: ReadonlySet<string>
}

/** A response, or an advisor's part of one, as the row has it that ccusage keeps. */
export interface KeptPart {
  readonly sighting: UsageEvent
  readonly date: string
}

interface Row {
  readonly message_id: string | undefined
  readonly request_id: string | undefined
  readonly isSidechain: boolean
  readonly sightings: readonly UsageEvent[]
  readonly total: number
}

/** Reads files as a whole, as ccusage does; one that cannot be read is left out. */
export function ruledByCcusage(paths: readonly string[], { tz }: { readonly tz: string }): Ruled {
  const kept: Row[] = []
  const byMessage = new Map<string, number[]>()
  const shown = new Set<string>()
  for (const path of paths) {
    for (const line of linesOf(path)) {
      const json = objectIn(line)
      const row = json === undefined ? undefined : rowOf(json)
      if (json === undefined || row === undefined) continue
      for (const { id } of row.sightings) shown.add(id)
      if (isCounted(line, json)) keep(row, kept, byMessage)
    }
  }
  const parts = kept.flatMap(({ sightings }) =>
    sightings.map((sighting) => ({ sighting, date: localDay(sighting.occurred_at, tz) })),
  )
  return { kept: parts, shown }
}

function keep(row: Row, kept: Row[], byMessage: Map<string, number[]>): void {
  if (row.message_id === undefined) {
    kept.push(row)
    return
  }
  const same = byMessage.get(row.message_id) ?? []
  const at =
    same.find((i) => kept[i]?.request_id === row.request_id) ??
    same.find((i) => row.isSidechain || kept[i]?.isSidechain)
  if (at === undefined) {
    byMessage.set(row.message_id, [...same, kept.length])
    kept.push(row)
  } else if (wins(row, kept[at] as Row)) kept[at] = row
}

function wins(row: Row, kept: Row): boolean {
  return row.isSidechain === kept.isSidechain ? row.total > kept.total : kept.isSidechain
}

/** Fields that a row may leave out, but not have as null; looked for anywhere in it, also in what a tool was given. */
const NULL_FIELD =
  /"(?:id|cwd|model|speed|costUSD|version|sessionId|requestId|isApiErrorMessage|cache_read_input_tokens|cache_creation_input_tokens)":null/
const VERSION = /^\d+\.\d+\.\d/

function isCounted(line: string, json: Json): boolean {
  if (!line.includes('"usage":{') || NULL_FIELD.test(line)) return false
  const { version } = json
  return typeof version !== 'string' || json['type'] !== 'assistant' || VERSION.test(version)
}

type Json = Readonly<Record<string, unknown>>

function rowOf(json: Json): Row | undefined {
  const parsed = parseRow(json, { machine: '', source: '', projectOf: () => '', toolCalls: () => 0 })
  if (parsed.is !== 'usage' || parsed.sightings[0]?.kind !== 'response') return undefined
  const holder = json['type'] === 'progress' ? ((json['data'] as Json)['message'] as Json) : json
  return {
    message_id: textOrNone((holder['message'] as Json)['id']),
    request_id: textOrNone(holder['requestId']),
    isSidechain: holder['isSidechain'] === true,
    sightings: parsed.sightings,
    total: totalTokens(parsed.sightings[0]),
  }
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function objectIn(line: string): Json | undefined {
  if (!line.includes('"usage"')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

import { cleanName } from '../../core/text.ts'
import { isCount, TOKEN_CLASSES, type TokenCounts, totalTokens } from '../../core/tokens.ts'
import type { SeenAs, UsageEvent } from '../../core/usage-event.ts'
import { eventId, identityOf } from './event-id.ts'

/** Who reads, as far as the row itself does not tell. */
export interface RowContext {
  readonly machine: string
  readonly source: string
  /** The key of the project in which a working folder lies. */
  readonly projectOf: (cwd: string) => string
  /** How many tool calls of a response its rows have shown so far in this file, this row's included. */
  readonly toolCalls: (eventId: string, toolUseIds: readonly string[]) => number
}

/** What a row turned out to be. */
export type ParsedRow =
  | { readonly is: 'usage'; readonly sightings: readonly UsageEvent[] }
  /** Nothing to count: no usage, all zero, synthetic, or a kind of row that repeats what others say. */
  | { readonly is: 'nothing' }
  /** Usage that cannot be used: no whole numbers, no time, nothing to know it by. */
  | { readonly is: 'unusable' }
  /** Usage in a type of row that this version does not know. */
  | { readonly is: 'unknown'; readonly type: string }

type Json = Readonly<Record<string, unknown>>

const NOTHING: ParsedRow = { is: 'nothing' }
const UNUSABLE: ParsedRow = { is: 'unusable' }

/** Row types that carry a `usage` somewhere and never count: a subagent's sum, repeated by its own transcript. */
const REPEATING_TYPES = new Set(['user', 'progress', 'system', 'summary', 'attachment', 'queue-operation'])

/**
 * What one row of a transcript shows. Rows are read as data from outside: whatever is not as expected is unusable or
 * nothing, and never throws.
 */
export function parseRow(value: unknown, context: RowContext): ParsedRow {
  const row = object(value)
  if (row === undefined) return NOTHING
  if (row['type'] === 'assistant') return parseResponse(row, row, seenAs(row), context)
  if (row['type'] === 'progress') {
    // A subagent's response, repeated in its parent. Alone it still counts.
    const nested = object(object(row['data'])?.['message'])
    return nested?.['type'] === 'assistant' ? parseResponse(nested, row, 'progress', context) : NOTHING
  }
  if (row['type'] === 'user') return parsePrompt(row, context)
  const type = text(row['type'])
  const hasUsage = object(object(row['message'])?.['usage']) !== undefined
  return hasUsage && !REPEATING_TYPES.has(type) ? { is: 'unknown', type: cleanName(type) } : NOTHING
}

function seenAs(row: Json): SeenAs {
  return row['isSidechain'] === true ? 'sidechain' : 'main'
}

/** A response: `row` holds the message, `outer` the session it belongs to (the same row but for progress). */
function parseResponse(row: Json, outer: Json, seen_as: SeenAs, context: RowContext): ParsedRow {
  const message = object(row['message'])
  const usage = object(message?.['usage'])
  if (message === undefined || usage === undefined) return NOTHING
  const model = cleanName(text(message['model']))
  if (model === '<synthetic>') return NOTHING
  const occurred_at = instant(row['timestamp'])
  const session = cleanName(text(outer['sessionId']))
  const identity =
    occurred_at === undefined
      ? undefined
      : identityOf({
          message_id: text(message['id']),
          request_id: text(row['requestId']),
          uuid: text(row['uuid']),
          model,
          session,
          occurred_at,
        })
  if (occurred_at === undefined || identity === undefined) return UNUSABLE
  const project = context.projectOf(text(outer['cwd']))
  const client_version = clientVersion(outer['version'])
  const sightings: UsageEvent[] = []
  for (const part of billedParts(identity, model, usage, message, context)) {
    const counts = tokenCounts(part.usage)
    if (counts === undefined || !isCount(part.web_searches)) return UNUSABLE
    if (totalTokens(counts) === 0) continue
    // Written out: with spreads this takes as long as all the rest.
    sightings.push({
      id: part.id,
      kind: 'response',
      occurred_at,
      source: context.source,
      account: '',
      machine: context.machine,
      session,
      project,
      seen_as,
      client_version,
      model: part.model,
      variant: priceVariant(part.usage),
      input_tokens: counts.input_tokens,
      output_tokens: counts.output_tokens,
      cache_read_tokens: counts.cache_read_tokens,
      cache_write_5m_tokens: counts.cache_write_5m_tokens,
      cache_write_1h_tokens: counts.cache_write_1h_tokens,
      tool_calls: part.tool_calls,
      web_searches: part.web_searches,
    })
  }
  return sightings.length === 0 ? NOTHING : { is: 'usage', sightings }
}

interface BilledPart {
  readonly id: string
  readonly model: string
  readonly usage: Json
  readonly tool_calls: number
  readonly web_searches: number
}

/** The response itself, and each advisor's message in it, which its own usage leaves out. */
function billedParts(identity: string, model: string, usage: Json, message: Json, context: RowContext): BilledPart[] {
  const id = eventId(identity)
  const tool_calls = context.toolCalls(id, toolUseIds(message['content']))
  const web_searches = number(object(usage['server_tool_use'])?.['web_search_requests'])
  const parts: BilledPart[] = [{ id, model, usage, tool_calls, web_searches }]
  const iterations = Array.isArray(usage['iterations']) ? usage['iterations'] : []
  for (const [i, iteration] of iterations.entries()) {
    const advisor = object(iteration)
    if (advisor?.['type'] !== 'advisor_message') continue
    parts.push({
      id: eventId(`${identity}:advisor:${i}`),
      model: cleanName(text(advisor['model'])) || model,
      usage: advisor,
      tool_calls: 0,
      web_searches: 0,
    })
  }
  return parts
}

/**
 * The five token classes, or undefined when one is no whole number in range. A missing or null count is 0. Cache
 * writes are the larger of the sum and its split, and what no split explains was written for 5 minutes.
 */
function tokenCounts(usage: Json): TokenCounts | undefined {
  const split = object(usage['cache_creation'])
  const cache_write_1h_tokens = number(split?.['ephemeral_1h_input_tokens'])
  const written = Math.max(
    number(usage['cache_creation_input_tokens']),
    number(split?.['ephemeral_5m_input_tokens']) + cache_write_1h_tokens,
  )
  const counts: TokenCounts = {
    input_tokens: number(usage['input_tokens']),
    output_tokens: number(usage['output_tokens']),
    cache_read_tokens: number(usage['cache_read_input_tokens']),
    cache_write_5m_tokens: written - cache_write_1h_tokens,
    cache_write_1h_tokens,
  }
  return TOKEN_CLASSES.every((name) => isCount(counts[name])) ? counts : undefined
}

/** What a price depends on beside model and counts: speed, region, service tier. Standard is empty. */
export function priceVariant(usage: Json): string {
  const speed = text(usage['speed'])
  const geo = text(usage['inference_geo'])
  const tier = text(usage['service_tier'])
  const parts = [
    speed === '' || speed === 'standard' ? '' : speed,
    geo === '' || geo === 'not_available' || geo === 'global' ? '' : `geo:${geo}`,
    tier === '' || tier === 'standard' ? '' : `tier:${tier}`,
  ]
  return cleanName(
    parts
      .filter((part) => part !== '')
      .toSorted()
      .join(' '),
  )
}

function toolUseIds(content: unknown): string[] {
  if (!Array.isArray(content)) return []
  const ids: string[] = []
  for (const block of content) {
    const use = object(block)
    if (use?.['type'] === 'tool_use' && text(use['id']) !== '') ids.push(text(use['id']))
  }
  return ids
}

/** What Claude Code writes in a person's name without one having typed it. */
const NOT_TYPED = /^(?:<local-command-|<bash-std|<task-notification>|\[Request interrupted)/

/** A prompt that a person typed: no tool result, no summary, no meta row, no subagent's task. */
function parsePrompt(row: Json, context: RowContext): ParsedRow {
  const { message: given, uuid, timestamp } = row as Record<'message' | 'uuid' | 'timestamp', unknown>
  const message = object(given)
  if (message?.['role'] !== 'user' || row['toolUseResult'] !== undefined) return NOTHING
  if (row['isMeta'] === true || row['isCompactSummary'] === true || row['isSidechain'] === true) return NOTHING
  if (!isTyped(message['content'])) return NOTHING
  const occurred_at = instant(timestamp)
  if (text(uuid) === '' || occurred_at === undefined) return NOTHING
  return {
    is: 'usage',
    sightings: [
      {
        id: eventId(`prompt ${text(uuid)}`),
        kind: 'prompt',
        occurred_at,
        source: context.source,
        account: '',
        machine: context.machine,
        session: cleanName(text(row['sessionId'])),
        project: context.projectOf(text(row['cwd'])),
        seen_as: 'main',
        client_version: clientVersion(row['version']),
        model: '',
        variant: '',
        input_tokens: 0,
        output_tokens: 0,
        cache_read_tokens: 0,
        cache_write_5m_tokens: 0,
        cache_write_1h_tokens: 0,
        tool_calls: 0,
        web_searches: 0,
      },
    ],
  }
}

function isTyped(content: unknown): boolean {
  if (typeof content === 'string') return content !== '' && !NOT_TYPED.test(content)
  if (!Array.isArray(content) || content.length === 0) return false
  const blocks = content.map(object)
  if (blocks.some((block) => block === undefined || block['type'] === 'tool_result')) return false
  const first = blocks.find((block) => block?.['type'] === 'text')
  return first === undefined || !NOT_TYPED.test(text(first['text']))
}

/** A version as programs write it; anything else is left out. */
export function clientVersion(value: unknown): string {
  return /^[\w.+-]{1,40}$/.test(text(value)) ? text(value) : ''
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A count as written: missing and null are 0, what is no number is not a count. */
function number(value: unknown): number {
  if (value === undefined || value === null) return 0
  return typeof value === 'number' ? value : Number.NaN
}

/** The last millisecond of the year 9999. */
const LAST_INSTANT = 253_402_300_799_999

function instant(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value))
    return undefined
  const ms = Date.parse(value)
  return Number.isNaN(ms) || ms < 0 || ms > LAST_INSTANT ? undefined : ms
}

import { readFileSync, statSync } from 'node:fs'
import { isDay } from '../../core/day.ts'
import type { DayActivity, DayFigure, FigureSet, ModelFigure } from '../../core/day-figure.ts'
import { Problem } from '../../core/problem.ts'
import { cleanName } from '../../core/text.ts'
import { isCount } from '../../core/tokens.ts'

/**
 * Claude Code's `stats-cache.json`, all versions, as day figures. It counts each transcript row, not each response, so
 * its figures are about twice too high; it is often months old, and shrinks when Claude Code rebuilds it. But it may be
 * all that is left of days whose transcripts were deleted. README.md tells what each version counts.
 */

/** The largest genuine file is 33 KB. */
const MAX_BYTES = 10 * 1024 * 1024
/** Versions whose token figures are understood; of others only the activity is taken. */
const KNOWN_VERSIONS = new Set([1, 2, 3, 4, 5])

const ORIGIN = 'stats-cache'

type Json = Readonly<Record<string, unknown>>

/**
 * Reads the figures of a stats-cache file. Throws `invalid-request` with a sentence for a file that is damaged, has
 * merge markers or is another program's: what was read before then stays.
 */
export function readStatsCache(path: string, machine: string): FigureSet {
  return parseStatsCache(readText(path), path, machine)
}

/** The figures in the text of a stats-cache file; `path` is for the sentence of a refusal. */
export function parseStatsCache(text: string, path: string, machine: string): FigureSet {
  const cache = parseCache(text, path)
  const version = isCount(cache['version']) ? cache['version'] : 0
  const activity = activityOf(cache, machine)
  const basis = basisOf(cache, version)
  return {
    snapshot: {
      machine,
      origin: ORIGIN,
      version,
      basis,
      last_day: string(cache['lastComputedDate']).slice(0, 40),
      first_day: string(cache['firstSessionDate']).slice(0, 40),
    },
    activity,
    figures: basis === '' ? [] : figuresOf(cache, machine),
    models: modelsOf(cache, machine),
  }
}

function readText(path: string): string {
  const { size } = statSync(path)
  if (size > MAX_BYTES) throw refusal(path, 'is too large to be one of Claude Code’s')
  return readFileSync(path, 'utf8')
}

function parseCache(text: string, path: string): Json {
  if (text.trim() === '') throw refusal(path, 'is empty')
  if (/^(?:<<<<<<<|=======|>>>>>>>)/m.test(text)) throw refusal(path, 'holds merge markers of git')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw refusal(path, 'is not valid JSON', cause)
  }
  const cache = object(parsed)
  if (cache === undefined || !Array.isArray(cache['dailyActivity']) || object(cache['modelUsage']) === undefined) {
    throw refusal(path, 'is not what Claude Code writes')
  }
  return cache
}

function refusal(path: string, why: string, cause?: unknown): Problem {
  return new Problem('invalid-request', `${path} ${why}; its figures were left out.`, {
    hint: 'Figures that were read from it before are kept. Claude Code makes it anew with /stats.',
    cause,
  })
}

/**
 * Which tokens a day's figure counts. Versions 1 to 4 count input and output, version 5 all classes; where the file's
 * own sums say otherwise, they are believed.
 */
function basisOf(cache: Json, version: number): FigureSet['snapshot']['basis'] {
  if (!KNOWN_VERSIONS.has(version)) return ''
  const tokensVersion = cache['dailyModelTokensVersion']
  if (isCount(tokensVersion) && tokensVersion >= 5) return 'all'
  let days = 0
  for (const { tokens } of dailyTokens(cache)) days += tokens
  let inAndOut = 0
  for (const usage of Object.values(object(cache['modelUsage']) ?? {})) {
    inAndOut += count(object(usage)?.['inputTokens']) + count(object(usage)?.['outputTokens'])
  }
  return days > inAndOut ? 'all' : 'in+out'
}

function activityOf(cache: Json, machine: string): DayActivity[] {
  return rows(cache['dailyActivity']).map(({ date, row }) => ({
    machine,
    origin: ORIGIN,
    date,
    message_count: count(row['messageCount']),
    session_count: count(row['sessionCount']),
    tool_call_count: count(row['toolCallCount']),
  }))
}

function figuresOf(cache: Json, machine: string): DayFigure[] {
  return [...dailyTokens(cache)].map(({ date, model, tokens }) => ({
    machine,
    origin: ORIGIN,
    date,
    model,
    total_tokens: tokens,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_creation_tokens: 0,
  }))
}

/** Model names are free text, `__proto__` not excluded, so they are never used as keys of an object. */
function* dailyTokens(cache: Json): Generator<{ date: string; model: string; tokens: number }> {
  for (const { date, row } of rows(cache['dailyModelTokens'])) {
    for (const [name, value] of Object.entries(object(row['tokensByModel']) ?? {})) {
      const [model, tokens] = [cleanName(name), count(value)]
      if (tokens > 0 && model !== '') yield { date, model, tokens }
    }
  }
}

function modelsOf(cache: Json, machine: string): ModelFigure[] {
  return Object.entries(object(cache['modelUsage']) ?? {}).map(([model, value]) => {
    const usage = object(value) ?? {}
    return {
      machine,
      origin: ORIGIN,
      model: cleanName(model),
      input_tokens: count(usage['inputTokens']),
      output_tokens: count(usage['outputTokens']),
      cache_read_tokens: count(usage['cacheReadInputTokens']),
      cache_creation_tokens: count(usage['cacheCreationInputTokens']),
    }
  })
}

/** The rows of a list that have a day. */
function rows(value: unknown): { date: string; row: Json }[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) => {
    const row = object(item)
    const date = string(row?.['date'])
    return row !== undefined && isDay(date) ? [{ date, row }] : []
  })
}

/** Sums of a day may exceed what one event may hold; a thousand times that is still a whole number. */
function count(value: unknown): number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1e13 ? (value as number) : 0
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

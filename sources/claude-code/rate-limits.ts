import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Places } from '../source.ts'

/** What Claude Code (2.1.80 and newer) hands to its status line, of which only the plan's windows are looked at. */
export interface ToldLimits {
  /** The session whose status line it is; an idle one goes on telling what it once heard. */
  readonly session: string
  readonly windows: readonly { readonly window: string; readonly used_percent: number; readonly resets_at: number }[]
}

/** The windows in a status line's input; none where there are none, or it is something else. */
export function parseRateLimits(input: string): ToldLimits {
  const told = parseObject(input)
  const session = typeof told?.['session_id'] === 'string' ? told['session_id'] : ''
  const limits = objectOf(told?.['rate_limits'])
  const windows = Object.entries(limits ?? {}).flatMap(([window, value]) => {
    const { used_percentage, resets_at } = objectOf(value) ?? {}
    if (!/^[a-z0-9_]{1,40}$/.test(window)) return []
    if (typeof used_percentage !== 'number' || typeof resets_at !== 'number') return []
    if (!Number.isFinite(used_percentage) || !Number.isFinite(resets_at)) return []
    return [{ window, used_percent: used_percentage, resets_at: Math.round(resets_at * 1000) }]
  })
  return { session, windows }
}

const MAX_BYTES = 64 * 1024 * 1024

/**
 * Whose plan Claude Code runs on, as a hash that is the same on all machines and tells nothing else; empty where nobody
 * is signed in with a plan, or it does not say. Of `.claude.json` nothing but the id of the account is looked at.
 */
export function accountKey({ env, home }: Pick<Places, 'env' | 'home'>): string {
  const path = join(env['CLAUDE_CONFIG_DIR']?.trim() || home, '.claude.json')
  const account = objectOf(parseObject(readText(path))?.['oauthAccount'])
  const id = account?.['accountUuid']
  if (typeof id !== 'string' || id === '') return ''
  return `a${createHash('sha256').update(`claudeforge 1 account ${id}`).digest('base64url').slice(0, 21)}`
}

function readText(path: string): string {
  try {
    return statSync(path).size <= MAX_BYTES ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

import { hash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Places, SignedIn } from '../source.ts'
import { objectOf, parseObject } from './json-text.ts'

const MAX_BYTES = 64 * 1024 * 1024

/**
 * Whose plan Claude Code runs on, as a hash that is the same on all machines and tells nothing else; empty where nobody
 * is signed in with a plan, or it does not say. Of `.claude.json` nothing but the id of the account is looked at.
 */
export function signedIn({ env, home }: Pick<Places, 'env' | 'home'>): SignedIn {
  const place = join(env['CLAUDE_CONFIG_DIR']?.trim() || home, '.claude.json')
  const id = objectOf(parseObject(readText(place))?.['oauthAccount'])?.['accountUuid']
  const account =
    typeof id === 'string' && id !== ''
      ? `a${hash('sha256', `claudeforge 1 account ${id}`, 'base64url').slice(0, 21)}`
      : ''
  return { account, place, source: 'claude-code' }
}

function readText(path: string): string {
  try {
    return statSync(path).size <= MAX_BYTES ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}

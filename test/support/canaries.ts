import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFile } from './folders.ts'

/** A mark in everything that must not leave a machine. */

const MARK = 'CANARY'
/** In the paths of transcripts, which stand in the ledger of their own machine. */
export const OF_PATHS = 'NIGHTINGALE'

/** The only texts of a row that may leave, each in its own words. */
const TRAVELS = new Set([
  'type',
  'role',
  'timestamp',
  'model',
  'version',
  'sessionId',
  'speed',
  'service_tier',
  'inference_geo',
  'subtype',
])

/** The same value with every text in it replaced by a canary, but for what travels. */
function withCanaries(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withCanaries(item, field))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withCanaries(item, name)]))
  }
  if (typeof value !== 'string' || TRAVELS.has(field)) return value
  if (field === 'cwd') return '/home/CANARY-user/CANARY-folder/shop'
  return `CANARY-${field}-${value}`
}

/** Rows of other types, of which nothing is read. */
const OTHERS = [
  { type: 'summary', summary: 'titles', leafUuid: 'u' },
  { type: 'ai-title', aiTitle: 'titles', sessionId: 's' },
  {
    type: 'file-history-snapshot',
    messageId: 'm',
    snapshot: { trackedFileBackups: { 'src/CANARY.ts': { backup: 'b' } } },
  },
  { type: 'queue-operation', operation: 'enqueue', content: 'prompts', sessionId: 's' },
  { type: 'attachment', attachment: { type: 'file', filename: 'f', content: 'contents' }, sessionId: 's' },
]

const variants = new URL('../../sources/claude-code/fixtures/variants.jsonl', import.meta.url).pathname

/** A home of Claude Code in which everything that is anyone's says CANARY. */
export function homeOfCanaries(home: string): void {
  const rows = readFileSync(variants, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.stringify(withCanaries(JSON.parse(line)))]
      } catch {
        return [] // the fixture's last line is cut off
      }
    })
  const damaged = `${rows[0]?.slice(0, 600)}${rows[1]}`
  const prompt = {
    type: 'user',
    message: { role: 'user', content: 'CANARY-prompt' },
    uuid: 'CANARY-uuid',
    timestamp: '2026-08-12T09:00:00Z',
    cwd: '/home/CANARY-user',
    sessionId: 's',
  }
  const others = OTHERS.map((row) => JSON.stringify(withCanaries(row)))
  const all = [...rows, damaged, ...others, JSON.stringify(prompt)]
  writeFile(join(home, `.claude/projects/${OF_PATHS}/${OF_PATHS}.jsonl`), `${all.join('\n')}\n`)
  const stats = {
    version: 1,
    dailyActivity: [{ date: '2026-01-01', messageCount: 1, sessionCount: 1, toolCallCount: 0 }],
    dailyModelTokens: [{ date: '2026-01-01', tokensByModel: { opus: 5 } }],
    modelUsage: { opus: { inputTokens: 5 } },
    longestSession: { sessionId: 'CANARY-session' },
    notes: 'CANARY-notes',
  }
  writeFile(join(home, '.claude/stats-cache.json'), JSON.stringify(stats))
  const oauthAccount = {
    accountUuid: 'CANARY-account',
    emailAddress: 'CANARY@example.com',
    organizationUuid: 'CANARY-organisation-id',
    organizationName: 'CANARY',
  }
  const projects = { '/home/CANARY-user/shop': { lastSessionId: 'CANARY', history: [{ display: 'CANARY-prompt' }] } }
  writeFile(join(home, '.claude.json'), JSON.stringify({ oauthAccount, userID: 'CANARY-user-id', projects }))
  writeFile(join(home, '.claude/history.jsonl'), `${JSON.stringify({ display: 'CANARY-prompt' })}\n`)
}

/** What Claude Code hands to its status line, with canaries in all that is no figure. */
export const STATUS_LINE_INPUT = JSON.stringify({
  session_id: '00000000-0000-4000-8000-000000001001',
  session_name: 'CANARY-name',
  transcript_path: `/home/CANARY-user/.claude/projects/${OF_PATHS}/${OF_PATHS}.jsonl`,
  cwd: '/home/CANARY-user/CANARY-folder/shop',
  workspace: { current_dir: '/home/CANARY-user', project_dir: '/home/CANARY-user', added_dirs: ['/CANARY'] },
  model: { id: 'claude-opus-5', display_name: 'CANARY-model' },
  output_style: { name: 'CANARY-style' },
  rate_limits: { five_hour: { used_percentage: 12, resets_at: Math.floor(Date.now() / 1000) + 3600 } },
})

/** Where a mark got to, with what is around it; empty where none did. */
export function markIn(text: string): string {
  const at = Math.max(text.indexOf(MARK), text.indexOf(OF_PATHS))
  return at === -1 ? '' : text.slice(Math.max(0, at - 60), at + 60)
}

export function bytesBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

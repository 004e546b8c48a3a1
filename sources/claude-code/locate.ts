import { type Dirent, existsSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { FigureFile, Found, Places, Transcript } from '../source.ts'
import { cleanupPeriodDays } from './retention.ts'

/** Folders are walked no deeper than this below `projects/`: the deepest layout seen has five levels. */
const MAX_DEPTH = 8

/** Files that end like transcripts and are none. */
const NOT_TRANSCRIPTS = new Set(['journal.jsonl', 'audit.jsonl', 'observations.jsonl', 'history.jsonl'])

/**
 * Finds Claude Code's transcripts and stats-cache files on this machine.
 *
 * `CLAUDE_CONFIG_DIR` (a comma-separated list) replaces the usual folders, as it does for Claude Code itself; else
 * `~/.claude` and `~/.config/claude`. Cowork's sessions are a source of their own. README.md tells the layouts.
 */
export function locate(places: Places): Found {
  const walk = new Walk()
  const figure_files: FigureFile[] = []
  const folders = configFolders(places, walk.problems)
  for (const folder of folders) {
    walk.projects(join(folder, 'projects'), 'claude-code')
    const path = join(folder, 'stats-cache.json')
    if (existsSync(path)) figure_files.push({ path })
  }
  for (const folder of coworkFolders(places)) walk.projects(join(folder, '.claude', 'projects'), 'claude-cowork')
  return {
    transcripts: walk.transcripts,
    figure_files,
    folders: [...walk.folders],
    problems: walk.problems,
    cleanup_period_days: cleanupPeriodDays(folders, places),
  }
}

function configFolders({ env, home }: Places, problems: string[]): string[] {
  const listed = env['CLAUDE_CONFIG_DIR']?.trim()
  if (!listed) {
    const xdg = env['XDG_CONFIG_HOME'] || join(home, '.config')
    return [join(home, '.claude'), join(xdg, 'claude')]
  }
  return listed
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const expanded = entry === '~' || entry.startsWith('~/') ? join(home, entry.slice(1)) : entry
      const folder = basename(expanded) === 'projects' ? dirname(expanded) : expanded
      if (!isAbsolute(folder) || !existsSync(folder)) {
        problems.push(`CLAUDE_CONFIG_DIR names ${entry}, which is no folder here.`)
      }
      return folder
    })
}

/** Folders of Cowork's sessions: `local-agent-mode-sessions/<a>/<b>/local_<id>`. */
function coworkFolders(places: Places): string[] {
  return coworkRoots(places).flatMap((root) =>
    subfolders(root)
      .flatMap(subfolders)
      .flatMap(subfolders)
      .filter((folder) => basename(folder).startsWith('local_')),
  )
}

function coworkRoots({ env, home, platform }: Places): string[] {
  const userData =
    platform === 'darwin'
      ? [join(home, 'Library', 'Application Support', 'Claude')]
      : platform === 'win32'
        ? [
            env['APPDATA'] && join(env['APPDATA'], 'Claude'),
            env['LOCALAPPDATA'] &&
              join(env['LOCALAPPDATA'], 'Packages', 'Claude_pzs8sxrjxfjjc', 'LocalCache', 'Roaming', 'Claude'),
          ]
        : [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'Claude')]
  return userData.filter((folder) => !!folder).map((folder) => join(folder as string, 'local-agent-mode-sessions'))
}

function subfolders(folder: string): string[] {
  return entries(folder, [])
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
}

class Walk {
  readonly transcripts: Transcript[] = []
  readonly folders = new Set<string>()
  readonly problems: string[] = []

  /** All transcripts below a `projects` folder, if it is there and was not walked yet under another name. */
  projects(folder: string, source: string): void {
    let root: string
    try {
      root = realpathSync(folder)
    } catch {
      return
    }
    if (this.folders.has(root)) return
    this.folders.add(root)
    for (const project of entries(root, this.problems)) {
      // Links are not followed: what they point to inside the folder is found anyway, the rest is not ours.
      if (project.isDirectory()) this.#folder(join(root, project.name), source, 1, false)
    }
  }

  /** `projects/<slug>/*.jsonl`, and below a session's `subagents` folder, at any depth, `agent-*.jsonl`. */
  #folder(folder: string, source: string, depth: number, ofSubagents: boolean): void {
    for (const entry of entries(folder, this.problems)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (depth < MAX_DEPTH) this.#folder(path, source, depth + 1, ofSubagents || entry.name === 'subagents')
      } else if (entry.isFile() && isTranscript(entry.name, depth, ofSubagents)) {
        this.transcripts.push({ path, source })
      }
    }
  }
}

function isTranscript(name: string, depth: number, ofSubagents: boolean): boolean {
  if (!name.endsWith('.jsonl') || NOT_TRANSCRIPTS.has(name)) return false
  return depth === 1 || (ofSubagents && name.startsWith('agent-'))
}

function entries(folder: string, problems: string[]): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') problems.push(`Cannot look into ${folder} (${code ?? 'unknown reason'}).`)
    return []
  }
}

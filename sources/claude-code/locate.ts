import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { entryPath, type FolderListing, listFolder, type RememberedFolders } from '../folder-listing.ts'
import type { FigureFile, Found, Places, Search } from '../source.ts'
import { cleanupPeriodDays } from './retention.ts'

/** Folders are walked no deeper than this below `projects/`: the deepest layout seen has five levels. */
const MAX_DEPTH = 8

/** Files that end like transcripts and are none. */
const NOT_TRANSCRIPTS = new Set(['journal.jsonl', 'audit.jsonl', 'observations.jsonl', 'history.jsonl'])

/** Finds Claude Code's transcripts and stats-cache files on this machine: {@link search}, to its end. */
export function locate(places: Places, remembered?: RememberedFolders): Found {
  return search(places, remembered).found()
}

/**
 * Looks for Claude Code's transcripts and stats-cache files on this machine.
 *
 * `CLAUDE_CONFIG_DIR` (a comma-separated list) replaces the usual folders, as it does for Claude Code itself; else
 * `~/.claude` and `~/.config/claude`. Cowork's sessions are a source of their own. README.md tells the layouts.
 */
export function search(places: Places, remembered?: RememberedFolders): Search {
  const walk = new Walk(remembered)
  const folders = configFolders(places, walk.problems)
  const figure_files: FigureFile[] = folders
    .map((folder) => ({ path: join(folder, 'stats-cache.json') }))
    .filter(({ path }) => existsSync(path))
  function* all(): Generator<FolderListing> {
    for (const folder of folders) yield* walk.projects(join(folder, 'projects'), 'claude-code')
    for (const folder of coworkFolders(places)) {
      yield* walk.projects(join(folder, '.claude', 'projects'), 'claude-cowork')
    }
  }
  const looking = all()
  return {
    figure_files,
    // Without an end of its own: who stops asking has not ended the search.
    listings: { [Symbol.iterator]: () => ({ next: () => looking.next() }) },
    found() {
      while (!looking.next().done);
      return {
        listings: walk.listings,
        figure_files,
        roots: [...walk.roots],
        problems: walk.problems,
        cleanup_period_days: cleanupPeriodDays(folders, places),
      }
    },
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
  try {
    return listFolder({ path: folder, source: '' }, undefined, { file: () => false, folder: () => true }).folders.map(
      (name) => join(folder, name),
    )
  } catch {
    return []
  }
}

class Walk {
  readonly listings: FolderListing[] = []
  readonly roots = new Set<string>()
  readonly problems: string[] = []
  readonly #remembered: RememberedFolders | undefined

  constructor(remembered: RememberedFolders | undefined) {
    this.#remembered = remembered
  }

  /** All transcripts below a `projects` folder, if it is there and was not walked yet under another name. */
  *projects(folder: string, source: string): Generator<FolderListing> {
    let root: string
    try {
      root = realpathSync(folder)
    } catch {
      return
    }
    if (this.roots.has(root)) return
    this.roots.add(root)
    yield* this.#folder({ path: root, source }, 0, false)
  }

  /** `projects/<slug>/*.jsonl`, and below a session's `subagents` folder, at any depth, `agent-*.jsonl`. */
  *#folder(
    folder: Pick<FolderListing, 'path' | 'source'>,
    depth: number,
    ofSubagents: boolean,
  ): Generator<FolderListing> {
    const { path, source } = folder
    let listing: FolderListing
    try {
      listing = listFolder(folder, this.#remembered, {
        file: (name) => isTranscript(name, depth, ofSubagents),
        folder: () => depth < MAX_DEPTH,
      })
    } catch (error) {
      this.problems.push(...folderProblem(path, error))
      return
    }
    this.listings.push(listing)
    yield listing
    for (const name of listing.folders) {
      yield* this.#folder({ path: entryPath(path, name), source }, depth + 1, ofSubagents || name === 'subagents')
    }
  }
}

function isTranscript(name: string, depth: number, ofSubagents: boolean): boolean {
  if (!name.endsWith('.jsonl') || NOT_TRANSCRIPTS.has(name)) return false
  return depth === 1 || (depth > 1 && ofSubagents && name.startsWith('agent-'))
}

/** Why a folder cannot be looked into, as a sentence; none for one that is gone. */
function folderProblem(folder: string, error: unknown): string[] {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? [] : [`Cannot look into ${folder} (${code ?? 'unknown reason'}).`]
}

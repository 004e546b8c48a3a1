import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path'

/** A repository: the folder that people call it by, and where its origin is. */
export interface Repository {
  /** Top folder of the main working tree; of a bare repository its own folder. */
  readonly root: string
  /** URL of its remote as written; undefined where it has none. */
  readonly remote: string | undefined
}

const MAX_BYTES = 64 * 1024
/** No path is deeper. */
const MOST_LEVELS = 64

/**
 * The repository in which a folder lies, worktrees folded into the one they belong to. Reads `.git`, `commondir` and
 * `config` only, never runs git, and never throws: what cannot be read or understood is no repository.
 */
export function repositoryOf(folder: string): Repository | undefined {
  if (!isOfThisSystem(folder)) return undefined
  let at = folder
  for (let level = 0; level < MOST_LEVELS; level++) {
    const found = repositoryAt(at)
    if (found !== undefined) return found
    const parent = dirname(at)
    if (parent === at) return undefined
    at = parent
  }
  return undefined
}

/**
 * Is it a whole path of the system on which this runs? Transcripts of a copied or shared home name folders of another one:
 * seen from here such a path would be relative, and lie in whatever repository forge was started in.
 */
export function isOfThisSystem(path: string): boolean {
  return sep === '/' ? path.startsWith('/') : /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path)
}

function repositoryAt(folder: string): Repository | undefined {
  const dotGit = join(folder, '.git')
  const kind = kindOf(dotGit)
  if (kind === 'folder') return { root: folder, remote: remoteIn(join(dotGit, 'config')) }
  if (kind !== 'file') return undefined
  const gitDir = pointedTo(dotGit, /^gitdir:\s*(.+)$/m, folder)
  if (gitDir === undefined || kindOf(gitDir) !== 'folder') return undefined
  const common = pointedTo(join(gitDir, 'commondir'), /^(.+)$/m, gitDir)
  // A submodule has a git folder of its own, and no common one: it is a repository by itself.
  if (common === undefined) return { root: folder, remote: remoteIn(join(gitDir, 'config')) }
  const root = basename(common) === '.git' ? dirname(common) : common
  return { root, remote: remoteIn(join(common, 'config')) }
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    const stats = statSync(path)
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : undefined
  } catch {
    return undefined
  }
}

/** The path that a small file names, seen from a folder. */
function pointedTo(file: string, pattern: RegExp, from: string): string | undefined {
  const path = pattern.exec(smallText(file) ?? '')?.[1]?.trim()
  if (path === undefined || path === '' || path.includes('\0')) return undefined
  return isAbsolute(path) ? path : resolve(from, path)
}

function smallText(file: string): string | undefined {
  try {
    return statSync(file).size > MAX_BYTES ? undefined : readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** The URL of `origin`, else of the first remote by name. Includes and `insteadOf` are not followed. */
function remoteIn(config: string): string | undefined {
  const remotes = new Map<string, string>()
  let remote: string | undefined
  for (const line of (smallText(config) ?? '').split(/\r?\n/)) {
    const section = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line)
    if (section !== null) {
      remote = section[1]?.toLowerCase() === 'remote' ? section[2] : undefined
      continue
    }
    const url = /^\s*url\s*=\s*(.*)$/i.exec(line)?.[1]
    if (remote !== undefined && url !== undefined && !remotes.has(remote)) remotes.set(remote, plainValue(url))
  }
  const [first] = [...remotes.keys()].toSorted()
  return remotes.get('origin') ?? (first === undefined ? undefined : remotes.get(first))
}

/** A value of a config without its quotes and the comment behind it. */
function plainValue(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)
  return (quoted?.[1]?.replaceAll(/\\(.)/g, '$1') ?? text.replace(/\s[#;].*$/, '')).trim()
}

/** Hosts that take a path in any case for the same. */
const CASELESS_HOSTS = new Set(['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org'])
const DEFAULT_PORTS = new Set(['22', '80', '443', '9418'])

/**
 * A remote as all its spellings have it: `github.com/owner/repo`, without protocol, user, password, default port and
 * `.git`. Undefined for one that is a folder of this machine, and so no place that others know.
 */
export function normalRemote(url: string): string | undefined {
  const place = withProtocol(url) ?? scpLike(url)
  if (place === undefined) return undefined
  const host = place.host.toLowerCase()
  const path = place.path
    .replaceAll(/\/{2,}/g, '/')
    .replace(/^\/|\/$/g, '')
    .replace(/\.git$/i, '')
  if (host === '' || path === '') return undefined
  return `${host}${place.port}/${CASELESS_HOSTS.has(host) ? path.toLowerCase() : path}`
}

interface Place {
  readonly host: string
  /** With its colon, unless it is the usual one. */
  readonly port: string
  readonly path: string
}

function withProtocol(url: string): Place | undefined {
  const match = /^(?:https?|ssh|git|git\+ssh|ssh\+git):\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:]+)(?::(\d*))?(\/.*)$/i.exec(url)
  if (match === null) return undefined
  const [, host = '', port = '', path = ''] = match
  return { host, port: port === '' || DEFAULT_PORTS.has(port) ? '' : `:${port}`, path: path.replace(/^\/~?/, '') }
}

/** `git@github.com:owner/repo.git`. A single letter before the colon is a drive. */
function scpLike(url: string): Place | undefined {
  const match = /^(?:[^@/\\\s]+@)?([\w.-]{2,}):(?!\/\/)(.+)$/.exec(url)
  return match === null ? undefined : { host: match[1] ?? '', port: '', path: (match[2] ?? '').replace(/^\/?~?/, '') }
}

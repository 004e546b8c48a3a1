import { createHmac, hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { HOME_PROJECT } from '../core/project.ts'
import { cleanName } from '../core/text.ts'
import { isOfThisSystem, normalRemote, repositoryOf } from './git.ts'

/** What is known of this machine, as far as projects need it. */
export interface ProjectContext {
  readonly home: string
  /** Random and this machine's own: without it nobody can try paths until one fits a key. */
  readonly secret: string
}

/** Home folders of whoever, also of a machine whose files were copied here. */
const ANY_HOME = /^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root|[A-Za-z]:[\\/]Users[\\/][^\\/]+)$/

/** Folders in which tools put worktrees: where one is gone, its path still tells the repository. */
const WORKTREE = /^(.+?)[/\\](?:\.claude[/\\]worktrees|\.worktrees|\.git[/\\]worktrees)[/\\][^/\\]+(?:[/\\].*)?$/

/**
 * Finds the project of a working folder, by a key that says nothing to others.
 *
 * - `g…`: a repository, by its normalised remote. The same on every machine that has a clone.
 * - `p…`: any other folder, by its path and a secret of this machine, so that two of one name stay two.
 * - `~`: a home folder. Empty: no folder is known.
 *
 * Where two machines show one event, the smaller key wins ({@link merge}), so a remote wins over a path.
 */
export class ProjectResolver {
  /** What the keys found so far are called: the repository's or the folder's name, never a path. */
  readonly labels = new Map<string, string>()
  readonly #context: ProjectContext
  readonly #known = new Map<string, string>()

  constructor(context: ProjectContext) {
    this.#context = context
  }

  /** The key of the project in which a folder lies. */
  keyOf(cwd: string): string {
    if (cwd === '') return ''
    let key = this.#known.get(cwd)
    if (key === undefined) this.#known.set(cwd, (key = this.#find(cwd)))
    return key
  }

  #find(cwd: string): string {
    const folder = withoutWorktree(trimmed(cwd))
    if (this.#isHome(folder)) return this.#note(HOME_PROJECT, HOME_PROJECT)
    const repository = repositoryOf(folder)
    // A home folder under version control (dotfiles) is no project of all that lies below it.
    if (repository === undefined || this.#isHome(trimmed(repository.root))) return this.#byPath(folder)
    const remote = repository.remote === undefined ? undefined : normalRemote(repository.remote)
    if (remote === undefined) return this.#byPath(trimmed(repository.root))
    return this.#note(
      `g${shortened(hash('sha256', `claudeforge 1 project git ${remote}`, 'base64url'))}`,
      lastPart(remote),
    )
  }

  #byPath(folder: string): string {
    const mac = createHmac('sha256', this.#context.secret).update(`claudeforge 1 project path ${folder}`)
    return this.#note(`p${shortened(mac.digest('base64url'))}`, lastPart(folder))
  }

  #note(key: string, label: string): string {
    this.labels.set(key, cleanName(label))
    return key
  }

  #isHome(folder: string): boolean {
    return folder === trimmed(this.#context.home) || ANY_HOME.test(folder)
  }
}

/** 126 bits. */
function shortened(hashed: string): string {
  return hashed.slice(0, 21)
}

function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/[/\\]+$/, '') : path
}

/** A worktree that is gone cannot be followed any more. */
function withoutWorktree(folder: string): string {
  const repository = WORKTREE.exec(folder)?.[1]
  return repository === undefined || (isOfThisSystem(folder) && existsSync(folder)) ? folder : repository
}

function lastPart(path: string): string {
  const isWindows = /^[A-Za-z]:[\\/]|^\\\\/.test(path)
  return isWindows ? (path.split(/[\\/]/).at(-1) ?? '') : basename(path)
}

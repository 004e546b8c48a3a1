import { accessSync, constants, lstatSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { Problem } from '../../core/problem.ts'
import type { Surroundings } from '../surroundings.ts'
import { checkedSettings } from './settings-check.ts'

/** Claude Code's settings as they lie on disk. */
export interface SettingsFile {
  /** As Claude Code names it. */
  readonly path: string
  /** Where it really lies, behind any links. */
  readonly real: string
  /** Undefined where there is no such file. */
  readonly bytes: Buffer | undefined
  /** Checked, without the byte order mark. */
  readonly text: string
}

const BOM = '\ufeff'

/** The folder that holds Claude Code's settings for this user; undefined where Claude Code was never here. */
export function claudeFolder({ env, home }: Pick<Surroundings, 'env' | 'home'>): string | undefined {
  // Claude Code takes one folder; we read several, separated by commas. Its own is the first.
  const [first = ''] = (env['CLAUDE_CONFIG_DIR'] ?? '').split(',').map((entry) => entry.trim())
  const named = first.startsWith('~/') ? join(home, first.slice(2)) : first
  const folder = isAbsolute(named) ? named : join(home, '.claude')
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? folder : undefined
}

/** Reads settings that can be changed. Throws a Problem, and changes nothing, for a file that cannot. */
export function readSettings(path: string): SettingsFile {
  const real = realPath(path)
  const bytes = readBytes(path, real)
  const decoded = bytes === undefined ? '' : decode(bytes, path)
  const text = decoded.startsWith(BOM) ? decoded.slice(1) : decoded
  return { path, real, bytes, text: checkedSettings(text, path) }
}

/**
 * Replaces settings as a whole, through links, with the mode they had; `bytes` undefined removes them. Throws a Problem
 * where the file may not be written, or is not what was read any more.
 */
export async function writeSettings(file: SettingsFile, bytes: Buffer | undefined): Promise<void> {
  requireWritable(file)
  const now = readBytes(file.path, file.real)
  if ((now === undefined) !== (file.bytes === undefined) || (now && file.bytes && !now.equals(file.bytes))) {
    throw new Problem('storage', `${file.path} was changed by someone else just now, and was left as it is.`, {
      hint: 'Run the same command again.',
    })
  }
  if (bytes === undefined) return rmSync(file.real, { force: true })
  const mode = statSync(file.real, { throwIfNoEntry: false })?.mode
  await writeFileAtomic(file.real, bytes, { mode: mode === undefined ? 0o600 : mode & 0o7777 })
}

/** The bytes of a text, with the byte order mark that the file has. */
export function bytesOf({ bytes }: SettingsFile, text: string): Buffer {
  const hadMark = bytes?.subarray(0, 3).equals(Buffer.from(BOM)) ?? false
  return Buffer.from((hadMark ? BOM : '') + text)
}

export function requireWritable({ path, real, bytes }: SettingsFile): void {
  // The superuser may write anything, but a file without a single right to write is meant to stay.
  const isClosed = bytes !== undefined && (statSync(real).mode & 0o222) === 0
  try {
    if (bytes !== undefined) accessSync(real, constants.W_OK)
    accessSync(dirname(real), constants.W_OK)
    if (!isClosed) return
  } catch {
    // Told below, the same way.
  }
  throw new Problem('storage', `${path} may not be written, and was left as it is.`, {
    hint: 'If another program manages it, put there what forge install --dry-run shows.',
  })
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
      throw new Problem('storage', `${path} is a link that leads nowhere, and was left as it is.`, { cause })
    }
    return join(realpathSync(dirname(path)), 'settings.json')
  }
}

function readBytes(path: string, real: string): Buffer | undefined {
  try {
    return readFileSync(real)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new Problem('storage', `Cannot read ${path} (${code}).`, { hint: 'Check that it belongs to you.', cause })
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Problem('invalid-request', `${path} was left as it is: it is not UTF-8.`, {
      hint: 'Save it as UTF-8, then again: forge install',
      cause,
    })
  }
}

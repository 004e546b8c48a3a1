import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { shimCommand } from '../automatic/shim.ts'
import { statusLineCommand } from '../automatic/statusline-shim.ts'
import { forgeFolder } from '../forge-folder.ts'
import type { Surroundings } from '../surroundings.ts'
import type { InstalledSettings } from './record.ts'
import { type Hook, valueAt, withHooks, withoutHooks, withStatusLine } from './settings-edit.ts'
import { bytesOf, readSettings, requireWritable, type SettingsFile, writeSettings } from './settings-file.ts'

/** What there is to be of ours in Claude Code's settings. */
export interface Wanted {
  readonly hooks: boolean
  readonly statusline: boolean
}

/** A change of the settings that was thought out and not made. */
export interface SettingsPlan {
  readonly file: SettingsFile
  /** What the file is to hold; undefined where it is to be gone. */
  readonly bytes: Buffer | undefined
  readonly text: string
  /** What the file would hold without anything of ours; undefined where there would be none. */
  readonly clean: Buffer | undefined
  readonly wanted: Wanted
  readonly status_line: object | null
}

/** Seconds that a hook may take. Claude Code gives those of SessionEnd little more than one unless they ask for it. */
const EVENTS = { SessionStart: 10, Stop: 10, SessionEnd: 2 } as const

type Place = Pick<Surroundings, 'home' | 'platform'>

/** The hooks that are ours. */
export function ourHooks(place: Place): Hook[] {
  return (Object.keys(EVENTS) as (keyof typeof EVENTS)[]).map((event) => ({
    event,
    command: shimCommand(event, place),
    timeout: EVENTS[event],
  }))
}

/**
 * Thinks out the change that leads to what is wanted. Starts from the file without anything of ours: from the copy that
 * was made before, while the file is as we left it; else from the file with our own lines taken out, so that nothing of
 * what someone changed since is lost. Throws a Problem for a file that cannot be changed.
 */
export function planSettings(
  path: string,
  wanted: Wanted,
  installed: InstalledSettings | undefined,
  place: Place,
): SettingsPlan {
  const file = readSettings(path)
  const known = installed?.path === path ? installed : undefined
  const { clean, text: cleanText } = cleanOf(file, known, place)
  const status_line = (valueAt(cleanText, ['statusLine']) as object | undefined) ?? null
  let text = cleanText
  if (wanted.hooks) text = withHooks(withoutHooks(text, isOfTheOriginal), ourHooks(place))
  if (wanted.statusline) {
    text = withStatusLine(text, { ...status_line, type: 'command', command: statusLineCommand(place) })
  }
  const bytes = wanted.hooks || wanted.statusline ? bytesOf(file, text) : clean
  return { file, bytes, text: bytes === undefined ? '' : text, clean, wanted, status_line }
}

export function isNoChange({ file, bytes }: SettingsPlan): boolean {
  return file.bytes === undefined || bytes === undefined ? file.bytes === bytes : file.bytes.equals(bytes)
}

/** Makes the change, with a copy of what was there before. Returns what to remember of it; undefined for nothing. */
export async function carryOut(plan: SettingsPlan, surroundings: Surroundings): Promise<InstalledSettings | undefined> {
  const { file, bytes, clean, wanted, status_line } = plan
  requireWritable(file)
  const backup = clean === undefined ? null : await keepCopy(clean, surroundings)
  await writeSettings(file, bytes)
  if (!wanted.hooks && !wanted.statusline) return undefined
  return {
    path: file.path,
    ...wanted,
    commands: ourCommands(surroundings),
    status_line,
    backup,
    left_as: hashOf(bytes ?? Buffer.alloc(0)),
  }
}

function cleanOf(
  file: SettingsFile,
  installed: InstalledSettings | undefined,
  place: Place,
): { clean: Buffer | undefined; text: string } {
  if (installed !== undefined && file.bytes !== undefined && hashOf(file.bytes) === installed.left_as) {
    const clean = readBackup(installed)
    if (clean !== 'lost') return { clean, text: clean === undefined ? '' : bytesToText(clean) }
  }
  const ours = new Set([...ourCommands(place), ...(installed?.commands ?? [])])
  let text = withoutHooks(file.text, (command) => ours.has(command))
  const command = valueAt(text, ['statusLine', 'command'])
  if (typeof command === 'string' && ours.has(command)) {
    text = withStatusLine(text, installed?.status_line ?? undefined)
  }
  return { clean: file.bytes === undefined ? undefined : bytesOf(file, text), text }
}

function ourCommands(place: Place): string[] {
  return [...ourHooks(place).map(({ command }) => command), statusLineCommand(place)]
}

/** What `forge setup` of the Python original wrote; ours does the same, and once. */
function isOfTheOriginal(command: string): boolean {
  return /^(?:\S*\/)?(?:forge|claudeforge) sync\b/.test(command)
}

function readBackup({ backup }: InstalledSettings): Buffer | undefined | 'lost' {
  if (backup === null) return undefined
  try {
    return readFileSync(backup)
  } catch {
    return 'lost'
  }
}

async function keepCopy(clean: Buffer, surroundings: Surroundings): Promise<string> {
  const day = new Date(surroundings.now()).toISOString().slice(0, 10)
  const path = join(forgeFolder(surroundings), 'backups', `settings-${day}-${hashOf(clean).slice(0, 8)}.json`)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, clean, { mode: 0o600 })
  return path
}

function bytesToText(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

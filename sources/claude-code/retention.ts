import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Places } from '../source.ts'

/** Claude Code's own default, and the least that it takes (0 is refused since 2.1.89). */
export const DEFAULT_CLEANUP_DAYS = 30
const MAX_SETTINGS_BYTES = 1024 * 1024

/**
 * After how many days Claude Code deletes transcripts here: `cleanupPeriodDays` of the managed settings, else of the
 * settings in the config folder, else its default. Settings that cannot be read are no settings: Claude Code then keeps
 * everything for the time being, but may go on deleting at any start.
 */
export function cleanupPeriodDays(folders: readonly string[], places: Pick<Places, 'platform'>): number {
  const files = [managedSettings(places), ...folders.map((folder) => join(folder, 'settings.json'))]
  for (const file of files) {
    const days = readDays(file)
    if (days !== undefined) return days
  }
  return DEFAULT_CLEANUP_DAYS
}

function managedSettings({ platform }: Pick<Places, 'platform'>): string {
  if (platform === 'darwin') return '/Library/Application Support/ClaudeCode/managed-settings.json'
  if (platform === 'win32') return 'C:\\Program Files\\ClaudeCode\\managed-settings.json'
  return '/etc/claude-code/managed-settings.json'
}

function readDays(path: string): number | undefined {
  try {
    if (statSync(path).size > MAX_SETTINGS_BYTES) return undefined
    const settings: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const days = (settings as { cleanupPeriodDays?: unknown } | null)?.cleanupPeriodDays
    return Number.isInteger(days) && (days as number) >= 1 && (days as number) <= 36_500 ? (days as number) : undefined
  } catch {
    return undefined
  }
}

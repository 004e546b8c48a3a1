import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Small JSON files of our own: closed to others, replaced whole, and worth nothing where they are missing or damaged. */

/** The value in a file; undefined where there is none or it is no JSON object. */
export function readSmallFile<T extends object>(path: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Partial<T>) : undefined
  } catch {
    return undefined
  }
}

export function writeSmallFile(path: string, value: object): void {
  replaceFile(path, `${JSON.stringify(value)}\n`)
}

/**
 * Whoever reads sees the old text or the new one, whole. Nothing is flushed to disk: what the power takes away is worth
 * little, and a status line has no time for it, nor for the package that does this for files that matter.
 */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const aside = `${path}.${process.pid}-${process.hrtime.bigint()}`
  try {
    writeFileSync(aside, text, { mode: 0o600 })
    renameSync(aside, path)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

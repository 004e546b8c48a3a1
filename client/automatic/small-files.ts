import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'

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

export async function writeSmallFile(path: string, value: object): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // What is lost with the power is only how long to wait: not worth a flush to disk at every run.
  await writeFileAtomic(path, `${JSON.stringify(value)}\n`, { mode: 0o600, fsync: false })
}

import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { storageFault } from './storage-fault.ts'

/**
 * Takes a lock that at most one process holds, or undefined where another has it. It is a lock of the operating system
 * on a file, through SQLite since Node has none: whatever kills a process frees it, so there is none to be left behind.
 */
export function takeProcessLock(path: string): (() => void) | undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if (storageFault(error) === 'busy') return undefined
    throw error
  }
  return () => database.close()
}

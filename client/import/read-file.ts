import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { Problem } from '../../core/problem.ts'
import { readCcusage } from './ccusage.ts'
import type { ImportFile } from './days.ts'
import { EXPORT_HEADER } from '../../core/export-text.ts'
import { readOriginal } from './original.ts'
import { readOwnExport } from './own-export.ts'

const SQLITE = 'SQLite format 3\0'
/** A file is held in memory as a whole, and a text has a longest length. */
const MAX_BYTES = 512 * 1024 * 1024

/**
 * Reads a file that can be imported, whatever it is called: our own export, ccusage's `daily --json`, or the original's
 * database. Throws `invalid-request` for any other.
 */
export function readImportFile(path: string): ImportFile {
  try {
    const start = firstBytes(path)
    if (start.startsWith(SQLITE)) return readOriginal(path) ?? unknown(path)
    if (statSync(path).size > MAX_BYTES) throw tooLarge(path)
    const text = readFileSync(path, 'utf8').replace(/^\ufeff/, '')
    if (start.includes(`"${EXPORT_HEADER.type}"`)) return readOwnExport(linesOf(text))
    return readCcusage(parse(text)) ?? unknown(path)
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem('invalid-request', `Cannot read ${path} (${(cause as Error).message}).`, { cause })
  }
}

function firstBytes(path: string): string {
  const bytes = Buffer.alloc(200)
  const file = openSync(path, 'r')
  try {
    return bytes.subarray(0, readSync(file, bytes)).toString('latin1')
  } finally {
    closeSync(file)
  }
}

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end === -1 ? text.length : end).trim()
    if (line !== '') yield line
    at = end === -1 ? text.length : end + 1
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function tooLarge(path: string): Problem {
  return new Problem('invalid-request', `${path} is larger than 512 MiB.`, {
    hint: 'Export it in parts: forge export --since DAY --until DAY',
  })
}

function unknown(path: string): never {
  throw new Problem('invalid-request', `${path} is nothing that can be imported.`, {
    hint: [
      'Works: what forge export wrote,',
      '       what ccusage daily --json printed,',
      '       usage.db of the Python original,',
      '       what forge sync --export wrote.',
    ].join('\n'),
  })
}

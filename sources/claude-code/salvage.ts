/**
 * Saves whole records out of a damaged line. A writer that was killed leaves half a record, and the next one may
 * start on the same line; power cuts leave runs of NUL bytes; two records may stand without a newline between them.
 */

/** How transcript rows start. A record inside another one's text cannot start so: its quotes would be escaped. */
const ROW_START = /\{"(?:parentUuid|logicalParentUuid|isSidechain|sessionId|type|uuid|message|timestamp)"\s*:/g

/** Starts that are tried in one line: a line of many thousand broken records is not worth more. */
const MAX_STARTS = 64

/** The complete transcript rows in the text of a line that is no JSON, in their order. */
export function salvageRows(line: string): unknown[] {
  const rows: unknown[] = []
  let from = 0
  let tries = 0
  for (const match of line.matchAll(ROW_START)) {
    if (match.index < from) continue
    if (++tries > MAX_STARTS) break
    const ends = endOfObject(line, match.index)
    const row = ends === undefined ? undefined : parse(line.slice(match.index, ends))
    if (ends === undefined || !isRow(row)) continue
    rows.push(row)
    from = ends
  }
  return rows
}

/** Where the object that starts at `starts` ends, or undefined when the line ends before it does. */
function endOfObject(line: string, starts: number): number | undefined {
  let depth = 0
  let inString = false
  for (let i = starts; i < line.length; i++) {
    const char = line[i]
    if (inString) {
      if (char === '\\') i++
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{') depth++
    else if (char === '}' && --depth === 0) return i + 1
  }
  return undefined
}

/** A row of its own, not a piece of one: pieces have no session and uuid. */
function isRow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const row = value as Record<string, unknown>
  return ['type', 'uuid', 'sessionId', 'timestamp'].every((field) => typeof row[field] === 'string')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

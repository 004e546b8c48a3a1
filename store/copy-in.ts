import type { Connection, QueryResult, Submittable } from 'pg'

/**
 * `COPY … FROM STDIN` with all rows at once: PostgreSQL then writes them page by page, in a third of the time that it
 * takes to insert them. `pg` leaves what a copy says on the connection to whoever submits it.
 */
export class CopyIn implements Submittable {
  readonly #statement: string
  readonly #rows: string
  readonly #settle: PromiseWithResolvers<QueryResult>

  constructor(statement: string, rows: string) {
    this.#statement = statement
    this.#rows = rows
    this.#settle = Promise.withResolvers()
  }

  /** Once all rows are in. */
  get done(): Promise<QueryResult> {
    return this.#settle.promise
  }

  submit(connection: Connection): void {
    connection.query(this.#statement)
  }

  handleCopyInResponse(connection: Copying): void {
    connection.sendCopyFromChunk(Buffer.from(this.#rows))
    connection.endCopyFrom()
  }

  /** Comes before the connection is ready again, or instead of it where the connection broke. */
  handleError(error: unknown): void {
    this.#settle.reject(error)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#settle.resolve({ command: 'COPY', rowCount: 0, oid: 0, fields: [], rows: [] })
  }
}

/** What `pg` has, and its types leave out. */
interface Copying extends Connection {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** Rows as `COPY` reads them. No value may be null. */
export function copyText(rows: readonly object[]): string {
  const lines: string[] = []
  for (const row of rows) lines.push(Object.values(row).map(copyValue).join('\t'))
  return lines.join('\n')
}

function copyValue(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\\\t\n\r]/g, escaped) : String(value)
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escaped(character: string): string {
  return ESCAPES[character] ?? character
}

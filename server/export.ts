import { z } from 'zod'
import { exportCsv, exportNdjson, type Piece } from '../core/export-text.ts'
import type { Reports } from '../core/report-specs.ts'
import type { OwnerId } from '../store/schema.ts'
import type { Endpoint } from './endpoint.ts'

const exportQuery = z.strictObject({
  format: z
    .enum(['ndjson', 'csv'])
    .default('ndjson')
    .meta({ description: 'NDJSON has everything, and can be imported; CSV has the events.' }),
})

const TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const

/** Everything that the ledger holds of its owner, as `forge export` writes it, for a browser to save. */
export function exportAll(reportsOf: (owner: OwnerId) => Reports): Endpoint<typeof exportQuery> {
  return {
    name: 'export',
    summary: 'Everything that is kept, as a file: what `forge export` writes.',
    query: exportQuery,
    async handle({ caller, query: { format } }) {
      const reports = reportsOf(caller.owner)
      const pieces = format === 'csv' ? exportCsv(reports) : exportNdjson(reports)
      return new Response(streamOf(pieces), {
        headers: {
          'Content-Type': TYPES[format],
          'Content-Disposition': `attachment; filename="claudeforge.${format}"`,
          'Cache-Control': 'no-store',
        },
      })
    },
  }
}

/** A piece is made when the one before it has been taken: a slow reader costs no memory. */
function streamOf(pieces: AsyncGenerator<Piece>): ReadableStream<Uint8Array> {
  const text = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(text.encode(value.text))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}

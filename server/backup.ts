import { mkdtempSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyLedger } from '../store/backup.ts'
import type { Db } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { Problem } from '../core/problem.ts'
import type { Endpoint } from './endpoint.ts'

/** A whole copy of the ledger, made while it is used. It holds the hashes of keys, so it is for administrators. */
export function backup(db: Db): Endpoint {
  return {
    name: 'backup',
    summary: 'A whole copy of the SQLite ledger, made while it is used. PostgreSQL has its own tools.',
    problems: ['invalid-request', 'storage'],
    async handle({ caller }) {
      // Every owner's data are in it, so it is for who runs the server.
      if (caller.owner !== ONLY_OWNER) {
        throw new Problem('forbidden', 'Only who runs the server may copy all of it.', {
          hint: 'Your own: forge export',
        })
      }
      // Of this user alone, and gone when it was sent.
      const folder = mkdtempSync(join(tmpdir(), 'claudeforge-backup-'))
      const forget = () => rm(folder, { recursive: true, force: true })
      try {
        const path = join(folder, 'usage.db')
        await copyLedger(db, path)
        const file = await open(path)
        const { size } = await file.stat()
        return new Response(contentsOf(file, forget), {
          headers: {
            'Content-Type': 'application/vnd.sqlite3',
            'Content-Length': String(size),
            'Content-Disposition': 'attachment; filename="claudeforge-usage.db"',
            'Cache-Control': 'no-store',
          },
        })
      } catch (error) {
        await forget()
        throw error
      }
    },
  }
}

const CHUNK = 1024 * 1024

function contentsOf(file: Awaited<ReturnType<typeof open>>, forget: () => Promise<void>): ReadableStream<Uint8Array> {
  const end = async () => {
    await file.close()
    await forget()
  }
  return new ReadableStream({
    async pull(controller) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK), 0, CHUNK)
      if (bytesRead > 0) {
        controller.enqueue(buffer.subarray(0, bytesRead))
        return
      }
      await end()
      controller.close()
    },
    cancel: end,
  })
}

import { connect } from '../../api/client.ts'
import { openServerLedger } from '../../store/open.ts'
import { wrongCells } from '../../store/rollup.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { digestOf } from '../../store/transfer.ts'
import { TEST_KEY } from './server.ts'

/** Sends a batch to a server as it is, and gives the answer as it is. */
export function postBatch(url: string, batch: object, key = TEST_KEY): Promise<Response> {
  return fetch(`${url}/v1/sync`, { method: 'POST', headers: { 'X-API-Key': key }, body: JSON.stringify(batch) })
}

/** How many messages a server says that it has. */
export async function messagesOf(url: string): Promise<number> {
  return (await connect({ url, key: TEST_KEY }).reports.totals({})).total_messages
}

/** What is in a server's database: how many events, the digest of all of it, and how many cells of the rollup are wrong. */
export async function contentOf(address: string): Promise<{ events: number; digest: string; wrong: number }> {
  const { db, close } = await openServerLedger(address)
  const { digest, tables } = await digestOf(db)
  const { wrong } = await wrongCells(db, ONLY_OWNER)
  await close()
  return { events: tables['event']?.rows ?? 0, digest, wrong }
}

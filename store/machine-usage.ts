import { findName } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { OwnerId } from './schema.ts'

/** What counts for a machine, hidden or not. */
export interface MachineUsage {
  readonly event_count: number
  readonly total_tokens: number
}

/** All that counts for a machine now, of all time. Reads the whole rollup: for who changes a machine, not for reports. */
export async function usageOfMachine(db: Db | Tx, owner: OwnerId, id: string): Promise<MachineUsage> {
  const machine = await findName(db, id)
  if (machine === undefined) return { event_count: 0, total_tokens: 0 }
  const row = await db
    .selectFrom('usage_quarter')
    .select((e) => [
      e.fn.sum<number>('responses').as('responses'),
      e.fn.sum<number>('prompts').as('prompts'),
      e.fn.sum<number>('input_tokens').as('input'),
      e.fn.sum<number>('output_tokens').as('output'),
      e.fn.sum<number>('cache_read_tokens').as('read'),
      e.fn.sum<number>('cache_write_5m_tokens').as('write_5m'),
      e.fn.sum<number>('cache_write_1h_tokens').as('write_1h'),
    ])
    .where('owner', '=', owner)
    .where('machine', '=', machine)
    .executeTakeFirstOrThrow()
  const { responses, prompts, input, output, read, write_5m, write_1h } = row
  return {
    event_count: Number(responses) + Number(prompts),
    total_tokens: [input, output, read, write_5m, write_1h].reduce((sum, count) => sum + Number(count), 0),
  }
}

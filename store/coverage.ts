import { internNames } from './names.ts'
import type { Db, Tx } from './open.ts'
import type { NameId, OwnerId } from './schema.ts'

/** Instants between which everything that a machine's Claude Code wrote has been read: `starts` is in it, `ends` not. */
export interface CoverageSpan {
  readonly starts: number
  readonly ends: number
}

/**
 * Notes what was read. Spans that overlap or touch become one, so that in any order, and however often they come, the
 * same stretches are covered.
 */
export async function recordCoverage(
  tx: Tx,
  owner: OwnerId,
  machine: string,
  spans: readonly CoverageSpan[],
): Promise<void> {
  if (spans.length === 0) return
  const names = await internNames(tx, [machine])
  const id = names.get(machine) as NameId
  const known = await tx
    .selectFrom('coverage_span')
    .select(['starts', 'ends'])
    .where('owner', '=', owner)
    .where('machine', '=', id)
    .execute()
  const joined = joinSpans([...known, ...spans])
  if (
    known.length === joined.length &&
    joined.every(({ starts, ends }) => known.some((old) => old.starts === starts && old.ends === ends))
  )
    return
  await tx.deleteFrom('coverage_span').where('owner', '=', owner).where('machine', '=', id).execute()
  for (const { starts, ends } of joined) {
    await tx.insertInto('coverage_span').values({ owner, machine: id, starts, ends }).execute()
  }
}

/** What has been read of each machine, in the order of time. */
export async function coverageOf(db: Db | Tx, owner: OwnerId): Promise<Map<string, CoverageSpan[]>> {
  const rows = await db
    .selectFrom('coverage_span')
    .innerJoin('name', 'name.id', 'coverage_span.machine')
    .select(['name.value as machine', 'starts', 'ends'])
    .where('owner', '=', owner)
    .orderBy('starts')
    .execute()
  return new Map(
    [...Map.groupBy(rows, ({ machine }) => machine)].map(([machine, spans]) => [
      machine,
      spans.map(({ starts, ends }) => ({ starts, ends })),
    ]),
  )
}

/** The union of spans, in the order of time. */
export function joinSpans(spans: readonly CoverageSpan[]): CoverageSpan[] {
  const joined: { starts: number; ends: number }[] = []
  for (const { starts, ends } of spans.toSorted((a, b) => a.starts - b.starts)) {
    const last = joined.at(-1)
    if (starts >= ends) continue
    if (last !== undefined && starts <= last.ends) last.ends = Math.max(last.ends, ends)
    else joined.push({ starts, ends })
  }
  return joined
}

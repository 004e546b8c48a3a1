/**
 * Which statements PostgreSQL parses and plans once for each connection: those that find rows by their keys, or put some
 * in, whatever their values are. A batch of events needs some twenty of them, and planning each takes longer than
 * running it. Those that go over a range are planned with their values, since the best way depends on how wide it is.
 */

const INSERT = /^insert into /
/** Nothing but equality. `*` may mean other columns after a migration by another server. */
const BY_KEY = /^(?:select|update|with "raised") [^<>*]+$/
/** Read over ranges, if not by their keys. */
const LARGE = /"usage_quarter"/

/** Longer ones have as many parameters as rows: many texts, each used seldom. */
const LONGEST = 2000
/** A connection remembers each. */
const MOST = 256

const names = new Map<string, string>()

/** The name under which a connection remembers the plan of a statement; undefined where it should plan anew. */
export function planName(sql: string): string | undefined {
  const known = names.get(sql)
  if (known !== undefined || names.size >= MOST || !isPlannedOnce(sql)) return known
  const name = `forge_${names.size}`
  names.set(sql, name)
  return name
}

function isPlannedOnce(sql: string): boolean {
  return sql.length <= LONGEST && (INSERT.test(sql) || (BY_KEY.test(sql) && !LARGE.test(sql)))
}

/** Did a remembered plan not fit any more, after a migration by another server? Its connection is of no use then. */
export function isOutdatedPlan(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return code === '0A000' && String(message).includes('cached plan')
}

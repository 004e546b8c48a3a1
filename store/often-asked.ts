import type { CompiledQuery } from 'kysely'
import { type Engine, engineOf } from './engine.ts'
import type { Db, Tx } from './open.ts'

/**
 * A query that is asked again and again: it is put together once, and from then on only given its parameters, which have
 * to stand in it in their order, each once.
 */
export function oftenAsked<P extends readonly unknown[], R>(
  build: (db: Db | Tx, ...parameters: P) => { compile(): CompiledQuery<R> },
): (db: Db | Tx, ...parameters: P) => Promise<R | undefined> {
  const compiled = new Map<Engine, CompiledQuery<R>>()
  return async (db, ...parameters) => {
    const engine = engineOf(db)
    let query = compiled.get(engine)
    if (query === undefined) compiled.set(engine, (query = build(db, ...parameters).compile()))
    const { rows } = await db.executeQuery<R>({ ...query, parameters })
    return rows[0]
  }
}

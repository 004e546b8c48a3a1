import { insertRows, isAmong, listsOfFixedLength } from './bulk.ts'
import { internNames } from './names.ts'
import type { Db, Tx } from './open.ts'
import { rebuildRollup } from './rollup.ts'
import type { NameId, OwnerId } from './schema.ts'

/**
 * Notes what projects are called. Of two names of one key the smaller one stays, whatever order they come in; an empty
 * one is none.
 */
export async function recordProjects(tx: Tx, owner: OwnerId, labels: ReadonlyMap<string, string>): Promise<void> {
  const named = [...labels].filter(([key, label]) => key !== '' && label !== '')
  if (named.length === 0) return
  const known = await labelsOf(
    tx,
    owner,
    named.map(([key]) => key),
  )
  const better = named.filter(([key, label]) => label < (known.get(key) ?? AFTER_ALL))
  const ids = await internNames(
    tx,
    better.map(([key]) => key),
  )
  for (const [key, label] of better) {
    const project = ids.get(key) as NameId
    if (!known.has(key)) await insertRows(tx, 'project', [{ owner, project, label }])
    else
      await tx.updateTable('project').set({ label }).where('owner', '=', owner).where('project', '=', project).execute()
  }
}

/** Sorts after every name that can be printed. */
const AFTER_ALL = '\u{10ffff}'

/** What projects are called, for those of the keys that have a name. */
export async function labelsOf(db: Db | Tx, owner: OwnerId, keys: Iterable<string>): Promise<Map<string, string>> {
  const labels = new Map<string, string>()
  for (const list of listsOfFixedLength(new Set(keys))) {
    const rows = await db
      .selectFrom('project')
      .innerJoin('name', 'name.id', 'project.project')
      .select(['name.value as key', 'project.label'])
      .where('project.owner', '=', owner)
      .where(isAmong(db, 'name.value', list))
      .orderBy('project.project')
      .execute()
    for (const { key, label } of rows) labels.set(key, label)
  }
  return labels
}

/** Forgets what projects were called to which no event belongs any more: of these, or of all. */
export async function forgetUnusedProjects(tx: Tx, owner: OwnerId, of?: Iterable<NameId>): Promise<void> {
  const lists = of === undefined ? [undefined] : listsOfFixedLength(of)
  for (const list of lists) {
    await tx
      .deleteFrom('project')
      .where('owner', '=', owner)
      .$if(list !== undefined, (rows) => rows.where('project', 'in', list as NameId[]))
      .where((e) =>
        e.not(
          e.exists(
            e
              .selectFrom('usage_quarter')
              .select('usage_quarter.project')
              .whereRef('usage_quarter.owner', '=', 'project.owner')
              .whereRef('usage_quarter.project', '=', 'project.project'),
          ),
        ),
      )
      .execute()
  }
}

/** Gives projects other keys, in every event that is kept, and forgets what those that changed were called. */
export async function renameProjects(tx: Tx, owner: OwnerId, rename: (key: string) => string): Promise<void> {
  const used = await tx
    .selectFrom('usage_quarter')
    .innerJoin('name', 'name.id', 'usage_quarter.project')
    .select(['usage_quarter.project', 'name.value as key'])
    .distinct()
    .where('usage_quarter.owner', '=', owner)
    .execute()
  const changed = used.flatMap(({ project, key }) => (rename(key) === key ? [] : [{ project, key: rename(key) }]))
  const ids = await internNames(
    tx,
    changed.map(({ key }) => key),
  )
  for (const { project, key } of changed) {
    await tx
      .updateTable('event')
      .set({ project: ids.get(key) as NameId })
      .where('owner', '=', owner)
      .where('project', '=', project)
      .execute()
  }
  if (changed.length > 0) await rebuildRollup(tx, owner)
  await forgetUnusedProjects(tx, owner)
}

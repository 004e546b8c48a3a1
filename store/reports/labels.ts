import type { Grouping } from '../../core/grouping.ts'
import { machineName } from '../machines.ts'
import type { Db, Tx } from '../open.ts'
import type { OwnerId } from '../schema.ts'
import { machineIds } from '../shown-as.ts'
import type { ReportContext } from './context.ts'

/** What keys are called in reports. */
export interface Labels {
  /** The label of a key; the key itself where there is none. */
  readonly of: (key: string) => string
  /** Keys that are called so: with and without the ending that tells two of one name apart. */
  readonly keysNamed: (names: readonly string[]) => string[]
}

/**
 * What each machine is called: as someone calls it here or else its hostname, with the end of its id where several share
 * one, so that two machines called `dev` stay two. One that was merged into another is called as that one.
 */
export async function machineLabels({ db, owner }: { db: Db | Tx; owner: OwnerId }): Promise<Labels> {
  const rows = await db
    .selectFrom('machine')
    .select(['id', 'hostname', 'label', 'merged_into'])
    .where('owner', '=', owner)
    .execute()
  const is = machineIds(rows)
  const real = rows.filter(({ merged_into }) => merged_into === '')
  const labels = labelsOf(
    real.map((row) => [row.id, machineName(row)]),
    (id) => id,
  )
  return { ...labels, of: (id) => labels.of(is(id)) }
}

/** What each project is called, by the same rule. Of one without a label (privacy) the start of its key is shown. */
export async function projectLabels({ db, owner }: ReportContext): Promise<Labels> {
  const rows = await db
    .selectFrom('project')
    .innerJoin('name', 'name.id', 'project.project')
    .select(['name.value as key', 'project.label'])
    .where('project.owner', '=', owner)
    .where('project.label', '!=', '')
    .execute()
  return labelsOf(
    rows.map(({ key, label }) => [key, label]),
    (key) => (UNNAMED.test(key) ? `#${key.replace('#', '').slice(0, 8)}` : key),
  )
}

/** What the keys of a grouping are called. */
export async function groupLabels(context: ReportContext, by: Grouping): Promise<(key: string) => string> {
  if (by === 'machine') return (await machineLabels(context)).of
  if (by === 'project') return (await projectLabels(context)).of
  return (key) => key
}

/** As sources/project.ts and api/project-names.ts make them. Anything else is a name from before projects had keys. */
const UNNAMED = /^[gp#][\w-]{21}$/

function labelsOf(
  named: readonly (readonly [key: string, name: string])[],
  otherwise: (key: string) => string,
): Labels {
  const labels = new Map<string, string>()
  for (const [name, alike] of Map.groupBy(named, ([, label]) => label)) {
    for (const [key] of alike) labels.set(key, alike.length === 1 ? name : `${name}~${key.slice(-4)}`)
  }
  const names = new Map(named)
  return {
    of: (key) => labels.get(key) ?? otherwise(key),
    keysNamed: (wanted) =>
      [...labels]
        .filter(([key, label]) => wanted.includes(label) || wanted.includes(names.get(key) ?? ''))
        .map(([key]) => key),
  }
}

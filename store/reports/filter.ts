import { type RawBuilder, sql } from 'kysely'
import { isAccountNamed } from '../../core/account-name.ts'
import type { DayFigure } from '../../core/day-figure.ts'
import { isModelNamed } from '../../core/prices/named-model.ts'
import { listsOfFixedLength } from '../bulk.ts'
import { findName, namesOf } from '../names.ts'
import { allMachines } from '../machines.ts'
import type { LedgerSchema, NameId } from '../schema.ts'
import { machineIds } from '../shown-as.ts'
import { hiddenMachines } from '../shown-machines.ts'
import type { ReportContext } from './context.ts'
import { type Labels, machineLabels, projectLabels } from './labels.ts'

/** As a query has it: each of these, where given, in one of so many values. */
export interface FilterQuery {
  readonly machine?: readonly string[] | undefined
  readonly project?: readonly string[] | undefined
  readonly model?: readonly string[] | undefined
  readonly account?: readonly string[] | undefined
}

export interface Filter {
  /** On rows `r` of the rollup. */
  readonly condition: RawBuilder<boolean>
  /** The same for two filters that take the same. */
  readonly key: string
  /** Leaves out hidden machines alone. */
  readonly isOfAll: boolean
  /** The same for day figures, which know no project and no account. */
  readonly takesFigure: (figure: Pick<DayFigure, 'machine'> & { readonly model?: string }) => boolean
  readonly takesMachine: (machine: string) => boolean
}

/** What a query lets through: never a hidden machine, and of the rest what its filters name. */
export async function filterOf(context: ReportContext, query: FilterQuery): Promise<Filter> {
  const machines = query.machine && (await machinesNamed(context, query.machine))
  const allowed: Readonly<Record<keyof FilterQuery, ReadonlySet<NameId> | undefined>> = {
    machine: machines && new Set(machines.keys()),
    project: query.project && new Set(await projectsNamed(context, query.project)),
    model: query.model && new Set(await modelsNamed(context, query.model)),
    account: query.account && new Set(await accountsNamed(context, query.account)),
  }
  const hidden = new Set((await hiddenMachines(context.db, context.owner)).toSorted((a, b) => a - b))
  const given = Object.entries(allowed).flatMap(([field, ids]) => (ids === undefined ? [] : [{ field, ids }]))
  const conditions = given.map(({ field, ids }) => isIn(sql.ref(`r.${field}`), ids))
  if (hidden.size > 0) conditions.push(sql`not ${isIn(sql.ref('r.machine'), hidden)}`)
  const machineIds = machines && new Set(machines.values())
  const modelFits = query.model && modelTest(context, query.model)
  const eventsOnly = query.project !== undefined || query.account !== undefined
  const takesMachine = (machine: string) => machineIds === undefined || machineIds.has(machine)
  return {
    condition: conditions.length === 0 ? sql`1 = 1` : sql`${sql.join(conditions, sql` and `)}`,
    key: [['hidden', ...hidden], ...given.map(({ field, ids }) => [field, ...ids])].join(' '),
    isOfAll: given.length === 0,
    takesMachine,
    takesFigure: ({ machine, model }) =>
      !eventsOnly &&
      takesMachine(machine) &&
      (modelFits === undefined || (model !== undefined && model !== '' && modelFits(model))),
  }
}

/** Is a column among ids, of however many? */
export function isIn(column: RawBuilder<unknown>, ids: Iterable<NameId>): RawBuilder<boolean> {
  const [...list] = ids
  if (list.length === 0) return sql`1 = 0`
  return sql`${column} in (${sql.join([...listsOfFixedLength(list)].flat())})`
}

async function idsOf({ db }: ReportContext, values: readonly string[]): Promise<NameId[]> {
  const ids = await Promise.all(values.map((value) => findName(db, value)))
  return ids.filter((id) => id !== undefined)
}

/**
 * Machines by id, hostname, label or group: name id → machine id. Those that were merged into one of them are found with
 * it, and it by their names.
 */
async function machinesNamed(context: ReportContext, wanted: readonly string[]): Promise<Map<NameId, string>> {
  const labels = await machineLabels(context)
  const rows = await allMachines(context.db, context.owner)
  const is = machineIds(rows)
  const named = rows.filter((row) => names(row, labels).some((name) => wanted.includes(name)))
  const meant = new Set(named.map(({ id }) => is(id)))
  const ids = rows.map(({ id }) => id).filter((id) => meant.has(is(id)))
  const found = new Map<NameId, string>()
  for (const id of new Set([...ids, ...wanted])) {
    const name = await findName(context.db, id)
    if (name !== undefined) found.set(name, is(id))
  }
  return found
}

function names(row: LedgerSchema['machine'], labels: Labels): string[] {
  const { id, hostname, label, machine_group } = row
  return [id, hostname, labels.of(id), label, machine_group].filter((name) => name !== '')
}

async function projectsNamed(context: ReportContext, wanted: readonly string[]): Promise<NameId[]> {
  const labels = await projectLabels(context)
  const keys = labels.keysNamed(wanted)
  return idsOf(context, [...new Set([...keys, ...wanted])])
}

/** Accounts by their hashes, or by what screens show of them. */
async function accountsNamed(context: ReportContext, wanted: readonly string[]): Promise<NameId[]> {
  const known = await namesIn(context, 'account')
  return [...known].filter(([, name]) => isAccountNamed(name, wanted)).map(([id]) => id)
}

/** Models by any of their names. */
async function modelsNamed(context: ReportContext, wanted: readonly string[]): Promise<NameId[]> {
  const fits = modelTest(context, wanted)
  return [...(await namesIn(context, 'model'))].filter(([, name]) => fits(name)).map(([id]) => id)
}

/** What is in a column of the rollup. */
async function namesIn(
  { db, owner }: ReportContext,
  column: 'model' | 'account',
): Promise<ReadonlyMap<NameId, string>> {
  const { rows } = await sql<{ name: NameId }>`
    select distinct ${sql.ref(column)} as name from usage_quarter where owner = ${owner}`.execute(db)
  return namesOf(
    db,
    rows.map(({ name }) => name),
  )
}

function modelTest({ prices }: ReportContext, wanted: readonly string[]): (model: string) => boolean {
  return (model) => isModelNamed(model, wanted, prices.list)
}

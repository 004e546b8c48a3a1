import type { SharedAnswer, ShareRequest } from '../../api/share.ts'
import type { AnswerOf } from '../../core/report-specs.ts'

type Overview = AnswerOf<'overview'>

type Chosen = Pick<ShareRequest, 'blocks' | 'has_names' | 'has_cost' | 'view'>

/**
 * What a link lets be seen of an overview: only the blocks that were chosen, and without names or cost where those were
 * not. What a contract says is nobody's but the owner's.
 */
export function reducedOverview(overview: Overview, chosen: Chosen): SharedAnswer['overview'] {
  const { blocks, has_cost } = chosen
  const hasModels = blocks.includes('models') || isGroupedBy('model', chosen)
  const model = hasModels ? itself : numbering('model')
  const ofContract = { contract_cost_usd: none, contract_saving_usd: none, contract: none }
  return rewritten(withoutNames(withoutIds(withBlocks(overview, chosen)), chosen), {
    ...ofContract,
    contract_unpriced_tokens: () => 0,
    contract_unpriced_models: () => [],
    unpriced_models: (models) => (has_cost ? (models as string[]).map(model) : []),
    ...(has_cost ? {} : { cost_usd: none }),
  }) as Overview
}

function withBlocks(overview: Overview, { blocks }: Chosen): Overview {
  const has = (block: ShareRequest['blocks'][number]) => blocks.includes(block)
  const { heatmap } = overview
  return {
    ...overview,
    rows: has('chart') ? overview.rows : [],
    periods: has('chart') ? overview.periods : [],
    previous: has('chart') ? overview.previous : { ...overview.previous, periods: [] },
    machines: has('machines') ? overview.machines : [],
    projects: has('projects') ? overview.projects : [],
    models: has('models') ? overview.models : [],
    limits: [],
    heatmap: has('year')
      ? heatmap
      : { ...heatmap, days: [], gaps: [], active_days: 0, streak_days: 0, longest_streak_days: 0 },
  }
}

/** What tells nobody anything, but could be compared with something else. */
function withoutIds(overview: Overview): Overview {
  return {
    ...overview,
    machines: overview.machines.map((row, i) => ({ ...row, machine: `machine-${i + 1}`, client_version: '' })),
    projects: overview.projects.map((row, i) => ({ ...row, project_key: `project-${i + 1}` })),
  }
}

/** A kind of thing is named where it was chosen to be seen and names were; else it has numbers. */
function withoutNames(overview: Overview, chosen: Chosen): Overview {
  const { blocks, has_names } = chosen
  const hasMachines = blocks.includes('machines') || isGroupedBy('machine', chosen)
  const machine = has_names && hasMachines ? itself : numbering('machine')
  const project = has_names ? itself : numbering('project')
  const account = has_names ? itself : numbering('account')
  // In the order of the tables, so that the largest is the first.
  const machineGroup = machine === itself ? itself : numbering('group')
  const machines = overview.machines.map((row) => ({
    ...row,
    hostname: machine(row.hostname),
    label: machine === itself ? row.label : '',
    machine_group: machineGroup(row.machine_group),
    copied_from: machine === itself ? row.copied_from : null,
  }))
  const projects = overview.projects.map((row) => ({
    ...row,
    project: project(row.project),
    machines: row.machines.map(machine),
  }))
  const group = { machine, project, account }[chosen.view.by as string] ?? itself
  const gaps = (some: Overview['gaps']) => some.map((gap) => ({ ...gap, machine: '', hostname: machine(gap.hostname) }))
  return {
    ...overview,
    machines,
    projects,
    rows: overview.rows.map((row) => ({ ...row, group: group(row.group) })),
    gaps: gaps(overview.gaps),
    heatmap: { ...overview.heatmap, gaps: gaps(overview.heatmap.gaps) },
  }
}

function isGroupedBy(kind: string, { blocks, view }: Chosen): boolean {
  return view.by === kind && blocks.includes('chart')
}

function itself(name: string): string {
  return name
}

/** Numbers instead of names, the same for the same name in all of one answer. */
function numbering(kind: string): (name: string) => string {
  const known = new Map<string, string>()
  return (name) => {
    if (name === '') return ''
    const number = known.get(name) ?? `${kind} ${known.size + 1}`
    known.set(name, number)
    return number
  }
}

function none(): null {
  return null
}

/** Every field of these names, however deep, as its function makes it. */
function rewritten(value: unknown, fields: Readonly<Record<string, (was: unknown) => unknown>>): unknown {
  if (Array.isArray(value)) return value.map((one) => rewritten(one, fields))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, was]) => [
      name,
      Object.hasOwn(fields, name) ? fields[name]?.(was) : rewritten(was, fields),
    ]),
  )
}

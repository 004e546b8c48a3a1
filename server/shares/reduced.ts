import type { SharedAnswer, ShareRequest } from '../../api/share.ts'
import type { AnswerOf } from '../../core/report-specs.ts'

type Overview = AnswerOf<'overview'>

/** What a link lets be seen of an overview: only the blocks that were chosen, and without names or cost where those were not. */
export function reducedOverview(
  overview: Overview,
  { blocks, has_names, has_cost, view }: Pick<ShareRequest, 'blocks' | 'has_names' | 'has_cost' | 'view'>,
): SharedAnswer['overview'] {
  const has = (block: ShareRequest['blocks'][number]) => blocks.includes(block)
  const { heatmap } = overview
  const chosen: Overview = {
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
  const named = has_names ? withoutIds(chosen) : withoutNames(withoutIds(chosen), view.by)
  return has_cost ? named : (withoutCost(named) as Overview)
}

/** What tells nobody anything, but could be compared with something else. */
function withoutIds(overview: Overview): Overview {
  const gaps = (some: Overview['gaps']) => some.map((gap) => ({ ...gap, machine: '' }))
  return {
    ...overview,
    gaps: gaps(overview.gaps),
    machines: overview.machines.map((row, i) => ({ ...row, machine: `machine-${i + 1}` })),
    projects: overview.projects.map((row, i) => ({ ...row, project_key: `project-${i + 1}` })),
    heatmap: { ...overview.heatmap, gaps: gaps(overview.heatmap.gaps) },
  }
}

/** Numbers instead of names, the same for the same name in all of one answer. */
function withoutNames(overview: Overview, by: ShareRequest['view']['by']): Overview {
  const machine = numbering('machine')
  const project = numbering('project')
  const account = numbering('account')
  // In the order of the tables, so that the largest is the first.
  const machines = overview.machines.map((row) => ({ ...row, hostname: machine(row.hostname) }))
  const projects = overview.projects.map((row) => ({
    ...row,
    project: project(row.project),
    machines: row.machines.map(machine),
  }))
  const group = { machine, project, account }[by as string] ?? ((name: string) => name)
  const gaps = (some: Overview['gaps']) => some.map((gap) => ({ ...gap, hostname: machine(gap.hostname) }))
  return {
    ...overview,
    machines,
    projects,
    rows: overview.rows.map((row) => ({ ...row, group: group(row.group) })),
    gaps: gaps(overview.gaps),
    heatmap: { ...overview.heatmap, gaps: gaps(overview.heatmap.gaps) },
  }
}

function numbering(kind: string): (name: string) => string {
  const known = new Map<string, string>()
  return (name) => {
    if (name === '') return ''
    const number = known.get(name) ?? `${kind} ${known.size + 1}`
    known.set(name, number)
    return number
  }
}

const COSTS: ReadonlySet<string> = new Set(['cost_usd', 'contract_cost_usd', 'contract_saving_usd', 'contract'])

/** Every cost in it, wherever it is, is not known. */
function withoutCost(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCost)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => (COSTS.has(name) ? [name, null] : [name, withoutCost(inner)])),
  )
}

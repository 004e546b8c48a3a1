import type { NameId } from '../schema.ts'
import { joinParts } from './day-parts.ts'
import { addPriced, type DayUsage, partsBy, type PricedPart, type ProjectOfDay } from './day-usage.ts'

/** The usage of stretches of a day, of which no two overlap, as that of the day. */
export function joinUsage(stretches: readonly DayUsage[]): DayUsage {
  const quarters = stretches.flatMap((usage) => usage.quarters ?? [])
  return {
    parts: partsBy((column) => joinParts(stretches.map(({ parts }) => parts[column]))),
    priced: joinPriced(stretches.flatMap(({ priced }) => priced)),
    projects: joinProjects(stretches.flatMap(({ projects }) => projects)),
    unpriced: [...new Set(stretches.flatMap(({ unpriced }) => unpriced))],
    contractUnpriced: [...new Set(stretches.flatMap(({ contractUnpriced }) => contractUnpriced))],
    quarters: quarters.length === 0 ? undefined : [Math.min(...quarters), Math.max(...quarters)],
  }
}

function joinPriced(parts: readonly PricedPart[]): PricedPart[] {
  const joined = new Map<string, PricedPart>()
  for (const part of parts) {
    const { model, variant, prompt_step, era } = part.price
    const key = `${model} ${variant} ${prompt_step} ${era}`
    const before = joined.get(key)
    joined.set(key, before === undefined ? part : addPriced(before, part))
  }
  return [...joined.values()]
}

function joinProjects(projects: readonly ProjectOfDay[]): ProjectOfDay[] {
  const joined = new Map<NameId, { readonly machines: Set<NameId>; last_quarter: number }>()
  for (const { project, machines, last_quarter } of projects) {
    let known = joined.get(project)
    if (known === undefined) joined.set(project, (known = { machines: new Set(), last_quarter }))
    for (const machine of machines) known.machines.add(machine)
    known.last_quarter = Math.max(known.last_quarter, last_quarter)
  }
  return [...joined].map(([project, { machines, last_quarter }]) => ({
    project,
    machines: [...machines],
    last_quarter,
  }))
}

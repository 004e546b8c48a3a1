import { type ReportName, type Reports, reportSpecs } from '../core/report-specs.ts'
import type { OwnerId } from '../store/schema.ts'
import type { Endpoint } from './endpoint.ts'

/** Every report as an endpoint, by its name; each caller's are made for the owner whose data it may see. */
export function reportEndpoints(make: (owner: OwnerId) => Reports): [ReportName, Endpoint][] {
  const made = new Map<OwnerId, Reports>()
  const reportsOf = (owner: OwnerId) => {
    const known = made.get(owner) ?? make(owner)
    made.set(owner, known)
    return known
  }
  return (Object.keys(reportSpecs) as ReportName[]).map((name) => {
    const { summary, query, answer } = reportSpecs[name]
    const handle: Endpoint['handle'] = ({ caller, query: asked }) => reportsOf(caller.owner)[name](asked as never)
    return [name, { name, summary, query, answer, handle }]
  })
}

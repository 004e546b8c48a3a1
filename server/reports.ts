import { type ReportName, type Reports, reportSpecs } from '../core/report-specs.ts'
import type { OwnerId } from '../store/schema.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * Every report as an endpoint, by its name; each caller's are made for the owner whose data it may see. `versionOf` is
 * what all reports of an owner depend on, besides the question.
 */
export function reportEndpoints(
  make: (owner: OwnerId) => Reports,
  versionOf: (owner: OwnerId) => Promise<string>,
): [ReportName, Endpoint][] {
  const made = new Map<OwnerId, Reports>()
  const reportsOf = (owner: OwnerId) => {
    const known = made.get(owner) ?? make(owner)
    made.set(owner, known)
    return known
  }
  return (Object.keys(reportSpecs) as ReportName[]).map((name) => {
    const { summary, query, answer } = reportSpecs[name]
    const handle: Endpoint['handle'] = ({ caller, query: asked }) => reportsOf(caller.owner)[name](asked as never)
    const version: Endpoint['version'] = ({ caller }) => versionOf(caller.owner)
    return [name, { name, summary, query, answer, version, handle }]
  })
}

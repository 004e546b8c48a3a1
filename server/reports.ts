import { type ReportName, type Reports, reportSpecs } from '../core/report-specs.ts'
import type { OwnerId } from '../store/schema.ts'
import type { Endpoint } from './endpoint.ts'

/** The reports of each owner, made once: what they remember is of use to the next question. */
export function reportsByOwner(make: (owner: OwnerId) => Reports): (owner: OwnerId) => Reports {
  const made = new Map<OwnerId, Reports>()
  return (owner) => {
    const known = made.get(owner) ?? make(owner)
    made.set(owner, known)
    return known
  }
}

/**
 * Every report as an endpoint, by its name; each caller's are those of the owner whose data it may see. `versionOf` is
 * what all reports of an owner depend on, besides the question.
 */
export function reportEndpoints(
  reportsOf: (owner: OwnerId) => Reports,
  versionOf: (owner: OwnerId) => Promise<string>,
): [ReportName, Endpoint][] {
  return (Object.keys(reportSpecs) as ReportName[]).map((name) => {
    const { summary, query, answer } = reportSpecs[name]
    const handle: Endpoint['handle'] = ({ caller, query: asked }) => reportsOf(caller.owner)[name](asked as never)
    const version: Endpoint['version'] = ({ caller }) => versionOf(caller.owner)
    return [name, { name, summary, query, answer, version, handle }]
  })
}

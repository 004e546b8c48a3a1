import { type ReportName, type Reports, reportSpecs } from '../core/report-specs.ts'
import type { Endpoint } from './endpoint.ts'

/** Every report as an endpoint, by its name. */
export function reportEndpoints(reports: Reports): [ReportName, Endpoint][] {
  return (Object.keys(reportSpecs) as ReportName[]).map((name) => {
    const { summary, query, answer } = reportSpecs[name]
    return [name, { name, summary, query, answer, handle: (asked) => reports[name](asked.query as never) }]
  })
}

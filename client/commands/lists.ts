import type { Reports } from '../../core/report-specs.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import type { ReportOptions } from './report/options.ts'
import { type Scope, withReports } from './report/run.ts'

type Show<O> = (reports: Reports, options: O, scope: Scope, surroundings: Surroundings) => Promise<ExitCode>

/** Every list; each is loaded when it is called. */
const LISTS = {
  today: async () => (await import('./lists/today.ts')).showToday,
  models: async () => (await import('./lists/models.ts')).showModels,
  machines: async () => (await import('./lists/machines.ts')).showMachines,
  projects: async () => (await import('./lists/projects.ts')).showProjects,
  sessions: async () => (await import('./lists/sessions.ts')).showSessions,
  limits: async () => (await import('./lists/limits.ts')).showLimits,
  punchcard: async () => (await import('./lists/punchcard.ts')).showPunchcard,
  blocks: async () => (await import('./lists/blocks.ts')).showBlocks,
} as const

export type ListName = keyof typeof LISTS

/** `forge models` and its like: reads and sends what is new, then asks and shows. */
export async function listCommand(
  name: ListName,
  options: ReportOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const show = (await LISTS[name]()) as Show<ReportOptions>
  // Wrong usage is told before anything is read or sent.
  if (name === 'today') (await import('./lists/today.ts')).dayQuestion(options, surroundings)
  return withReports(options, surroundings, (reports, scope) => show(reports, options, scope, surroundings))
}

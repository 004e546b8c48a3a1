import { z } from 'zod'
import { type ReportName, reportSpecs } from '../../core/report-specs.ts'

/** The reports that a model may ask for: all that are small, and tell no more than the screens do. */
export const TOOLS = {
  totals: 'Tokens, cost, messages and sessions of a range, or of all time.',
  usage: 'Tokens and cost of each hour, day, week or month, divided by model, machine, project or token class.',
  models: 'What each model has used and cost.',
  projects: 'What each project has used and cost: where the tokens went.',
  machines: 'What each machine has used, and when it last synced.',
  sessions: 'The latest conversations: when, how long, which models, tokens, cost.',
  blocks: 'Five-hour blocks of usage, from logs.',
  limits: 'How full the windows of the Claude plan are, when they reset, and at this pace. Empty: not known.',
  coverage: 'How completely the days of each machine are known.',
  explain: 'Where the numbers of a range come from: prices and their arithmetic, duplicates, day figures.',
} as const satisfies Partial<Record<ReportName, string>>

export type ToolName = keyof typeof TOOLS

export function isTool(name: string): name is ToolName {
  return Object.hasOwn(TOOLS, name)
}

/** A tool as the protocol describes it. */
export function toolOf(name: ToolName) {
  return {
    name,
    title: `claudeforge: ${name}`,
    description: `${TOOLS[name]} Costs are API list prices, not a bill; days are YYYY-MM-DD in the time zone tz.`,
    inputSchema: inputSchema(name),
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  }
}

function inputSchema(name: ToolName): { type: 'object'; properties?: Record<string, object> } {
  const { $schema: _, ...schema } = z.toJSONSchema(reportSpecs[name].query, { io: 'input', unrepresentable: 'any' })
  return schema as { type: 'object' }
}

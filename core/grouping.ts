/** What the usage of a period may be divided by; `type` is the token class. */
export const GROUPINGS = ['model', 'machine', 'project', 'type', 'agent', 'version', 'account', 'none'] as const
export type Grouping = (typeof GROUPINGS)[number]

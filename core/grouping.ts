/** What the usage of a day may be divided by; `type` is the token class. */
export const GROUPINGS = ['model', 'machine', 'project', 'type'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** The graphs: `forge tokens`, and the same with days of its own under a name of its own. */
export const GRAPHS = {
  tokens: { about: 'graph of the tokens of the last 7 days, over all machines', preset: {} },
  week: { about: 'graph of this week, from Monday', preset: { since: 'monday' } },
  month: { about: 'graph of this month', preset: { since: 'month' } },
  heatmap: { about: 'a square for each day of the last year', preset: { days: 365, heatmap: true } },
} as const

/** Days that someone names win over those of the command. */
export function withPreset(given: { days?: number; since?: string; until?: string }, preset: object): object {
  const named = (given.days ?? given.since) !== undefined
  return named ? { ...preset, days: undefined, since: undefined, ...given } : { ...given, ...preset }
}

/** Flags that stand alone, and what the parser calls them. */
const FLAGS: Readonly<Record<string, string>> = {
  '--local': 'local',
  '--json': 'json',
  '--csv': 'csv',
  '--plain': 'plain',
  '--markdown': 'markdown',
  '--full': 'full',
  '--ascii': 'ascii',
  '--accessible': 'accessible',
  '--quiet': 'quiet',
  '-q': 'quiet',
}

/**
 * What the parser makes of a graph with nothing but plain flags, which is what programs and habits ask: making the
 * parser of all commands takes as long as the answer. Undefined where that is for the parser to say.
 */
export function plainGraph([name = '', ...flags]: readonly string[]): object | undefined {
  if (!Object.hasOwn(GRAPHS, name)) return undefined
  const options: Record<string, true> = {}
  for (const flag of flags) {
    const option = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined
    if (option === undefined) return undefined
    options[option] = true
  }
  return withPreset(options, GRAPHS[name as keyof typeof GRAPHS].preset)
}

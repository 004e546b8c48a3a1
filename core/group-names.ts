import type { Grouping } from './grouping.ts'
import { shortAccountName } from './account-name.ts'
import { cleanName } from './text.ts'

/**
 * What people call each group of a report. Models lose their maker and date, unless two would then be called the same;
 * `glm-4.7` and other makers' names stay as they are. Programs get the full names instead.
 */
export function groupNames(groups: Iterable<string>, by: Grouping): Map<string, string> {
  const names = new Map([...groups].map((group) => [group, cleanName(group)]))
  if (by === 'type') for (const [group, name] of names) names.set(group, TYPES.get(group) ?? name)
  if (by === 'model') shortenModels(names)
  if (by === 'account') for (const group of names.keys()) names.set(group, shortAccountName(group))
  if (by === 'none') for (const group of names.keys()) names.set(group, 'all')
  for (const [group, name] of names) if (name.trim() === '') names.set(group, 'unknown')
  return names
}

const TYPES = new Map([
  ['input_tokens', 'input'],
  ['output_tokens', 'output'],
  ['cache_read_tokens', 'cache reads'],
  ['cache_write_5m_tokens', 'cache writes 5m'],
  ['cache_write_1h_tokens', 'cache writes 1h'],
  ['', 'undivided'],
])

function shortenModels(names: Map<string, string>): void {
  const byShortName = Map.groupBy(names, ([, name]) => shortModelName(name))
  for (const [short, alike] of byShortName) {
    if (alike.length === 1) for (const [group] of alike) names.set(group, short)
  }
}

/** A model without its maker and date: `opus-4-5`. */
export function shortModelName(model: string): string {
  return model.replace(/^claude-/, '').replace(/[-@]\d{8}$/, '')
}

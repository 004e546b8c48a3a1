import type { Series } from '../core/drawn-usage.ts'
import type { Grouping } from '../core/grouping.ts'

/** Colours 0 to 5 of the palette (violet, amber, teal, blue, red, wine or lemon); 6 is for what is left over. */
export const COLOURS = 6

/** Families keep their colour for ever. */
const FAMILIES: readonly (readonly [name: RegExp, colour: number])[] = [
  [/opus/, 0],
  [/sonnet/, 1],
  [/haiku/, 2],
]

/** What each group was drawn in before, by grouping and name. */
const remembered = new Map<string, number>()

/**
 * A colour for each series; no two have the same. The newest model of a family has the family's. The others keep what
 * they had, or take what is free, in order of size.
 */
export function coloursOf(series: readonly Series[], by: Grouping, memory = remembered): number[] {
  const taken = new Set<number>()
  const colours = series.map((): number | undefined => undefined)
  const give = (i: number, colour: number | undefined) => {
    if (colour === undefined || colours[i] !== undefined || taken.has(colour)) return
    taken.add(colour)
    colours[i] = colour
  }
  const order = series.flatMap(({ groups: [group], isRest }, i) => (isRest ? [] : [{ i, group: group ?? '' }]))
  if (by === 'model') {
    const newestFirst = order.toSorted((a, b) => b.group.localeCompare(a.group, 'en', { numeric: true }))
    for (const { i, group } of newestFirst) give(i, FAMILIES.find(([pattern]) => pattern.test(group))?.[1])
  }
  for (const { i, group } of order) give(i, memory.get(`${by} ${group}`))
  for (const { i, group } of order) {
    for (let colour = 0; colour < COLOURS && colours[i] === undefined; colour++) give(i, colour)
    memory.set(`${by} ${group}`, colours[i] ?? COLOURS)
  }
  return colours.map((colour) => colour ?? COLOURS)
}

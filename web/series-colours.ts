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

/**
 * A colour for each series. The largest model of a family has the family's; others take what is free, in order of
 * size, so that no two have the same.
 */
export function coloursOf(series: readonly Series[], by: Grouping): number[] {
  const taken = new Set<number>()
  const colours = series.map(({ name, isRest }) => {
    if (isRest && name.startsWith('other (')) return COLOURS
    const family = by === 'model' ? FAMILIES.find(([pattern]) => pattern.test(name)) : undefined
    if (family === undefined || taken.has(family[1])) return undefined
    taken.add(family[1])
    return family[1]
  })
  return colours.map((colour) => {
    if (colour !== undefined) return colour
    const free = Array.from({ length: COLOURS }, (_, i) => i).find((i) => !taken.has(i)) ?? COLOURS
    taken.add(free)
    return free
  })
}

/** Where levels begin, times a power of ten. Fixed steps, so that two people's graphs can be compared. */
const STEPS = [1, 3, 6]

/** The first amount of each level above none, for a heatmap whose largest amount is `largest`. */
export function levelsFor(largest: number): readonly number[] {
  let unit = 1
  while (6 * unit * 10 <= largest) unit *= 10
  return STEPS.map((step) => step * unit)
}

/** 0 for nothing, else 1 to 4. */
export function levelOf(amount: number, levels: readonly number[]): number {
  return amount === 0 ? 0 : 1 + levels.filter((level) => amount >= level).length
}

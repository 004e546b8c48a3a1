/** Where levels begin, times a round unit. Fixed steps, so that two people's graphs can be compared. */
const STEPS = [1, 3, 6]
/** Units are these, times a power of ten. */
const UNITS = [1, 2, 5]
/** The highest level begins below this share of the largest amount, so that more than one day may reach it. */
const HIGHEST = 0.6

/** The first amount of each level above none, for a heatmap whose largest amount is `largest`. */
export function levelsFor(largest: number): readonly number[] {
  let unit = 1
  for (let power = 1; 6 * power <= HIGHEST * largest; power *= 10) {
    for (const digit of UNITS) if (6 * digit * power <= HIGHEST * largest) unit = digit * power
  }
  return STEPS.map((step) => step * unit)
}

/** 0 for nothing, else 1 to 4. */
export function levelOf(amount: number, levels: readonly number[]): number {
  return amount === 0 ? 0 : 1 + levels.filter((level) => amount >= level).length
}

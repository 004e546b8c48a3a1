/**
 * How an amount compares with one before it, in words: `12% less than the week before (16.01M)`, `as much as …`,
 * `3.4 times …`. More or less use is neither good nor bad, so there is no sign. `then` is above 0.
 */
export function changeText(now: number, then: number, what: string): string {
  const change = Math.round((100 * (now - then)) / then)
  if (change === 0) return `as much as ${what}`
  if (change >= 200) return `${(now / then).toFixed(1)} times ${what}`
  // Some use is never 100% less.
  return change < 0 ? `${Math.min(99, -change)}% less than ${what}` : `${change}% more than ${what}`
}

/** Chance that is the same in every run. */
export interface Dice {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** About `middle`, seldom less than a third or more than three times it. */
  around(middle: number): number
  chance(of: number): boolean
  pick<T>(from: readonly [T, ...T[]]): T
  /** 22 characters, as ids of events are. */
  id(): string
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'

/** A linear congruence with the constants of Numerical Recipes: its order does not matter here, only that it repeats. */
export function dice(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // The low bits of such a row repeat early.
    return (state >>> 8) / 2 ** 24
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    around: (middle) => Math.max(1, Math.round(middle * Math.exp((next() + next() + next() - 1.5) * 0.9))),
    chance: (of) => next() < of,
    pick: (from) => from[between(0, from.length - 1)] as (typeof from)[number],
    id: () => Array.from({ length: 22 }, () => LETTERS[between(0, 63)]).join(''),
  }
}

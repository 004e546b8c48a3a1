import type { PricedPart } from './day-usage.ts'
import { MONEY, noSums, SUMMED, type Sums } from '../../core/usage-sums.ts'
import { addSlice, type Told } from './sums.ts'

/**
 * Sums as a row of numbers: a year is some ten thousand of them, and in one array they are added up many times faster
 * than as objects. They come as {@link SUMMED} says; then {@link MONEY}, in two numbers each.
 */
export type DaySums = Float64Array

/** So many numbers are a row. */
export const ROW = SUMMED.length + 2 * MONEY.length

/** Amounts are whole and may be larger than a number holds: so many units, and the picodollars beside them. */
const UNIT = 100_000_000n

/** The sums of one part. */
export function daySumsOf(part: PricedPart, told: Told): DaySums {
  const sums = noSums()
  addSlice(sums, part, told)
  const row = new Float64Array(ROW)
  for (let i = 0; i < SUMMED.length; i++) row[i] = sums[SUMMED[i] as (typeof SUMMED)[number]]
  let at = SUMMED.length
  for (const name of MONEY) {
    row[at++] = Number(sums[name] / UNIT)
    row[at++] = Number(sums[name] % UNIT)
  }
  return row
}

/** Adds a row that lies in a table of them. */
export function addDaySums(to: DaySums, table: Float64Array, row: number): void {
  for (let i = 0, at = row * ROW; i < ROW; i++, at++) to[i] = (to[i] as number) + (table[at] as number)
}

/** The sums as reports have them. Sessions are counted elsewhere, since they cannot be added up. */
export function sumsOf(row: DaySums, session_count: number): Sums {
  const sums = noSums()
  for (let i = 0; i < SUMMED.length; i++) sums[SUMMED[i] as (typeof SUMMED)[number]] = row[i] as number
  let at = SUMMED.length
  for (const name of MONEY) sums[name] = BigInt(row[at++] as number) * UNIT + BigInt(row[at++] as number)
  sums.session_count = session_count
  return sums
}

import { grouped } from './format.ts'

/**
 * Money is whole picodollars (10⁻¹² US dollars). Every list price per token is a whole number of them, also at 1.1 and
 * 0.5 times, so that any division of usage adds up to the last digit.
 */
export type Picodollars = bigint

const PER_DOLLAR = 1_000_000_000_000n
const DIGITS = 12

/** Exact dollars, as programs get them: `0.0904565`, `12.5`, `0`. */
export function usdText(amount: Picodollars): string {
  const sign = amount < 0n ? '-' : ''
  const digits = String(amount < 0n ? -amount : amount).padStart(DIGITS + 1, '0')
  const fraction = digits.slice(-DIGITS).replace(/0+$/, '')
  return sign + digits.slice(0, -DIGITS) + (fraction === '' ? '' : `.${fraction}`)
}

/** The amount of a text of {@link usdText}. Throws a RangeError for any other text than a plain decimal. */
export function parseUsd(text: string): Picodollars {
  const match = /^(-?)(\d{1,30})(?:\.(\d{1,12}))?$/.exec(text)
  if (match === null) throw new RangeError(`not dollars: ${text}`)
  const [, sign, whole = '', fraction = ''] = match
  const amount = BigInt(whole) * PER_DOLLAR + BigInt(fraction.padEnd(DIGITS, '0'))
  return sign === '-' ? -amount : amount
}

/** Dollars for people, to the cent: `$5.27`, `$1,341.80`; `<$0.01` for what would round to nothing and is something. */
export function dollars(amount: Picodollars): string {
  const cents = roundedDivision(amount < 0n ? -amount : amount, PER_DOLLAR / 100n)
  if (cents === 0n && amount !== 0n) return '<$0.01'
  const whole = grouped(String(cents / 100n))
  return `${amount < 0n ? '-' : ''}$${whole}.${String(cents % 100n).padStart(2, '0')}`
}

/** `a / b`, a half rounded up; both are positive or 0. */
export function roundedDivision(a: bigint, b: bigint): bigint {
  return (2n * a + b) / (2n * b)
}

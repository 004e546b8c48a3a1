/** The five token classes. Each is billed at its own price, so none is ever folded into another. */
export const TOKEN_CLASSES = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
] as const

export type TokenClass = (typeof TOKEN_CLASSES)[number]

/** Whole numbers of tokens, 0 or more. */
export type TokenCounts = Readonly<Record<TokenClass, number>>

/**
 * The most that one class of one event may hold. No response comes near it (a context is 1,000,000 tokens), and sums of
 * a hundred thousand such events stay below 2^53, where whole numbers end.
 */
export const MAX_COUNT = 10_000_000_000

/** Every class together. */
export function totalTokens(counts: TokenCounts): number {
  return (
    counts.input_tokens +
    counts.output_tokens +
    counts.cache_read_tokens +
    counts.cache_write_5m_tokens +
    counts.cache_write_1h_tokens
  )
}

/** Is this a count as we accept it: a whole number from 0 to {@link MAX_COUNT}? */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_COUNT
}

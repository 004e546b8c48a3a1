import type { TokenCounts } from '../tokens.ts'

/**
 * Sizes of a prompt, in tokens, above which some model has (or had) other prices. The rollup keeps apart what lies
 * between them, so another one is a migration.
 */
export const PROMPT_STEPS = [100_000, 200_000] as const

/** How many of the steps a prompt exceeds. */
export type PromptStep = 0 | 1 | 2

/** A prompt is everything that goes in: input, cache writes and cache reads of one request. */
export function promptStep(counts: TokenCounts): PromptStep {
  const prompt =
    counts.input_tokens + counts.cache_write_5m_tokens + counts.cache_write_1h_tokens + counts.cache_read_tokens
  return prompt > PROMPT_STEPS[1] ? 2 : prompt > PROMPT_STEPS[0] ? 1 : 0
}

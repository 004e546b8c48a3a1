import type { DayFigure } from '../../core/day-figure.ts'

/** Token sums of a row of a report, while it is being added up. */
export interface TokenSums {
  total_tokens: number
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_creation_tokens: number
  cache_write_5m_tokens: number
  cache_write_1h_tokens: number
  reported_tokens: number
  estimated_tokens: number
}

/** The token classes of a row of events, as SQL sums them. */
export interface EventSums {
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_read_tokens: number
  readonly cache_write_5m_tokens: number
  readonly cache_write_1h_tokens: number
}

export function noSums(): TokenSums {
  return {
    total_tokens: 0,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_creation_tokens: 0,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 0,
    reported_tokens: 0,
    estimated_tokens: 0,
  }
}

/** Adds counts of events: exact. */
export function addEvents(sums: TokenSums, row: EventSums): void {
  const writes = row.cache_write_5m_tokens + row.cache_write_1h_tokens
  sums.input_tokens += row.input_tokens
  sums.output_tokens += row.output_tokens
  sums.cache_read_tokens += row.cache_read_tokens
  sums.cache_creation_tokens += writes
  sums.cache_write_5m_tokens += row.cache_write_5m_tokens
  sums.cache_write_1h_tokens += row.cache_write_1h_tokens
  sums.total_tokens += row.input_tokens + row.output_tokens + row.cache_read_tokens + writes
}

type FigureTokens = Omit<DayFigure, 'date' | 'model' | 'machine'>

/**
 * Adds a day figure. What an original client reported is all that there is of its machine and counts, named as
 * reported; a stats-cache figure is an estimate and stays beside the total.
 */
export function addFigure(sums: TokenSums, figure: FigureTokens): void {
  if (figure.origin === 'stats-cache') {
    sums.estimated_tokens += figure.total_tokens
    return
  }
  sums.input_tokens += figure.input_tokens
  sums.output_tokens += figure.output_tokens
  sums.cache_read_tokens += figure.cache_read_tokens
  sums.cache_creation_tokens += figure.cache_creation_tokens
  // Protocol 1 does not divide cache writes; 5 minutes is what an undivided write is taken for everywhere.
  sums.cache_write_5m_tokens += figure.cache_creation_tokens
  sums.total_tokens += figure.total_tokens
  sums.reported_tokens += figure.total_tokens
}

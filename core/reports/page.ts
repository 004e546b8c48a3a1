/** Rows of a page: as a rule, and at most. */
export const PAGE = 50
export const MAX_PAGE = 1000

/** Everything a ledger holds has many rows. */
export const MAX_LOG_PAGE = 10_000

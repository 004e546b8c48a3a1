/**
 * The version of the list prices that come with the program: when they were compiled, as claude-prices.json says. Here
 * for who needs to name them only, since the prices themselves take a millisecond to load.
 */
export const LIST_VERSION = '2026-11-22'

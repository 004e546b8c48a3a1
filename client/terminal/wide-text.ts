/** Text of any script, measured by what it looks like. Loaded by width.ts alone. */
export { default as cliTruncate } from 'cli-truncate'
export { default as stringWidth } from 'string-width'

import type { Source } from '../source.ts'
import { locate } from './locate.ts'
import { readStatsCache } from './stats-cache.ts'
import { rowScanner } from './scanner/row-scanner.ts'
import { TranscriptReader } from './transcript-reader.ts'

/** Claude Code: its terminal, desktop and Cowork transcripts, and its stats-cache.json. */
export const claudeCode: Source = {
  name: 'claude-code',
  find: locate,
  reader: (context, state) => new TranscriptReader(context, state, rowScanner()),
  readFigures: (file, machine) => readStatsCache(file.path, machine),
}

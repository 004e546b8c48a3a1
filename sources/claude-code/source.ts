import type { Source } from '../source.ts'
import { signedIn } from './account.ts'
import { search } from './locate.ts'
import { readStatsCache } from './stats-cache.ts'
import { newScan } from './scanner/scan-module.ts'
import { ScanningReader } from './scanner/scanning-reader.ts'
import { ParsingReader } from './transcript-reader.ts'

/** Claude Code: its terminal, desktop and Cowork transcripts, and its stats-cache.json. */
export const claudeCode: Source = {
  name: 'claude-code',
  search,
  account: signedIn,
  reader(context, { every_sighting } = { every_sighting: false }) {
    const scan = every_sighting ? undefined : newScan()
    return scan === undefined ? new ParsingReader(context) : new ScanningReader(scan, context)
  },
  readFigures: (file, machine) => readStatsCache(file.path, machine),
}

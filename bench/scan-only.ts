import { performance } from 'node:perf_hooks'
import { merge, type UsageEvent } from '../core/usage-event.ts'
import { totalTokens } from '../core/tokens.ts'
import { ProjectResolver } from '../sources/project.ts'
import { newTally, sources } from '../sources/source.ts'
import { lineBuffer, readNewLines } from '../sources/tail.ts'

/**
 * Reads every transcript of a home and adds up its tokens, without a ledger: what a scan alone costs, and what a faster
 * scanner would make faster. `node bench/scan-only.ts HOME`
 */
const [home = ''] = process.argv.slice(2)
const events = new Map<string, UsageEvent>()
const tally = newTally()
const buffer = lineBuffer()
const projects = new ProjectResolver({ home, secret: 'of the benchmark' })
const found = (sighting: UsageEvent): void => {
  const before = events.get(sighting.id)
  events.set(sighting.id, before === undefined ? sighting : merge(before, sighting))
}
for (const source of sources) {
  const { transcripts } = source.find({ env: {}, home, platform: process.platform })
  for (const transcript of transcripts) {
    const context = {
      machine: '',
      source: transcript.source,
      projects,
      now: performance.timeOrigin,
      tally: () => tally,
      found,
    }
    for (const _ of readNewLines(transcript.path, undefined, buffer, (state) => source.reader(context, state)));
  }
}
let total_tokens = 0
for (const event of events.values()) total_tokens += totalTokens(event)
process.stdout.write(`${JSON.stringify({ events: events.size, lines: tally.lines, total_tokens })}\n`)

import { performance } from 'node:perf_hooks'
import { readInParallel } from '../client/read-in-parallel.ts'
import { eventsIn } from '../client/read-transcripts.ts'
import { merge, type UsageEvent } from '../core/usage-event.ts'
import { totalTokens } from '../core/tokens.ts'
import { sources, transcriptsIn } from '../sources/source.ts'

/**
 * Reads every transcript of a home and adds up its tokens, without a ledger: what a scan alone costs, and what a faster
 * scanner would make faster. `node bench/scan-only.ts HOME [BYTES from which on a second thread reads along]`
 */
async function scan([home = '', worth_a_thread]: readonly string[]): Promise<void> {
  const events = new Map<string, UsageEvent>()
  let lines = 0
  const task = { machine: '', home, project_secret: 'of the benchmark', now: performance.timeOrigin }
  for (const source of sources) {
    const found = source.find({ env: {}, home, platform: process.platform })
    const files = transcriptsIn(found).map((transcript) => ({
      agent: source.name,
      transcript,
      mark: undefined,
      bytes: 200_000,
    }))
    await readInParallel(task, files, {
      ...(worth_a_thread === undefined ? {} : { worth_a_thread: Number(worth_a_thread) }),
      take: async (batch) => {
        lines += batch.tally.lines
        for (const event of eventsIn(batch, task)) {
          const before = events.get(event.id)
          events.set(event.id, before === undefined ? event : merge(before, event))
        }
      },
    })
  }
  let total_tokens = 0
  for (const event of events.values()) total_tokens += totalTokens(event)
  process.stdout.write(`${JSON.stringify({ events: events.size, lines, total_tokens })}\n`)
}

void scan(process.argv.slice(2))

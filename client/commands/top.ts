import type { Reports } from '../../core/report-specs.ts'
import { type Ledger, openMachineLedger } from '../../store/open.ts'
import { Problem } from '../../core/problem.ts'
import { configuredServer, localReports } from '../answer-from.ts'
import { ledgerPath, readConfig } from '../config.ts'
import type { ExitCode, Surroundings, Terminal } from '../surroundings.ts'
import { exitCodeFor } from '../terminal/messages.ts'
import { wantsSentences } from '../terminal/style.ts'
import type { Answered } from '../top/known.ts'
import { LiveView } from '../top/live.ts'
import { showOnce } from '../top/once.ts'
import type { TopOptions } from '../top/options.ts'
import type { View } from '../top/view.ts'
import { filtersOf } from './report/options.ts'

/** One question may take so long. */
const TIMEOUT_MS = 10_000

/** `forge top`: the last hour, live. Where nobody sits at a terminal, or someone wants it read aloud, one picture of it. */
export async function topCommand(options: TopOptions, surroundings: Surroundings): Promise<ExitCode> {
  if (options.background) {
    const { readAndSend } = await import('../top/beside.ts')
    let isWanted = true
    void surroundings.stdin.all(Number.POSITIVE_INFINITY).finally(() => (isWanted = false))
    await readAndSend(options, () => isWanted, surroundings)
    return 0
  }
  const isRead = options.accessible || wantsSentences(surroundings)
  const terminal = options.once || options.json || isRead ? undefined : await surroundings.terminal()
  if (terminal === undefined) return showOnce({ ...options, accessible: isRead }, surroundings)
  return live(terminal, options, surroundings)
}

async function live(terminal: Terminal, options: TopOptions, surroundings: Surroundings): Promise<ExitCode> {
  const stop = new AbortController()
  const config = readConfig(surroundings)
  const patient = { ...surroundings, fetch: stoppable(surroundings.fetch, stop.signal) }
  const server = options.local ? undefined : await configuredServer(config, patient, { timeout_ms: TIMEOUT_MS })
  const here = new OwnLedger(surroundings)
  const question = { tz: options.tz ?? surroundings.zone, ...filtersOf(options) }
  let isReached = false
  const ask = async (by: View['by']): Promise<Answered> => {
    const at = surroundings.now()
    const asked = { ...question, by }
    if (server === undefined) return { answer: await (await here.reports()).recent(asked), by, at, scope: 'local' }
    try {
      const answer = await server.server.reports.recent(asked)
      isReached = true
      return { answer, by, at, scope: 'server' }
    } catch (problem) {
      // Until a server has answered once, this machine is better than nothing.
      if (isReached || !(problem instanceof Problem) || exitCodeFor(problem.code) !== 5) throw problem
      return { answer: await (await here.reports()).recent(asked), by, at, scope: 'local', problem }
    }
  }
  try {
    const { startBeside } = await import('../top/beside.ts')
    // Made before another process wants it, too.
    await here.reports()
    return await new LiveView(terminal, { ask, server, stop }, options, surroundings).show(
      startBeside(options, surroundings),
    )
  } finally {
    await here.close()
  }
}

/** The reports of this machine, opened when they are first asked. */
class OwnLedger {
  readonly #surroundings: Surroundings
  #ledger: Ledger | undefined
  #reports: Reports | undefined

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  async reports(): Promise<Reports> {
    this.#ledger ??= await openMachineLedger(ledgerPath(this.#surroundings))
    return (this.#reports ??= await localReports(this.#ledger, this.#surroundings))
  }

  async close(): Promise<void> {
    await this.#ledger?.close()
  }
}

function stoppable(fetch: typeof globalThis.fetch, stop: AbortSignal): typeof globalThis.fetch {
  return (input, init = {}) => {
    const signals = init.signal === undefined || init.signal === null ? [stop] : [stop, init.signal]
    return fetch(input, { ...init, signal: AbortSignal.any(signals) })
  }
}

import type { Reports } from '../../core/report-specs.ts'
import { Problem } from '../../core/problem.ts'
import { openMachineLedger } from '../../store/open.ts'
import { configuredServer, localReports } from '../answer-from.ts'
import { collect } from '../collect.ts'
import { ledgerPath, readConfig } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'
import { sync } from '../sync.ts'
import { exitCodeFor } from '../terminal/messages.ts'

/** Whose usage an answer is: that of all machines, or of this one. */
export type Source = 'server' | 'this machine' | 'this machine, since the server is not reachable'

/**
 * Asks reports as `forge tokens` does: reads and sends what is new, then asks the server; without one, or where it is
 * away, this machine. Nothing is printed.
 */
export async function withAnswers<T>(
  surroundings: Surroundings,
  ask: (reports: Reports, source: Source) => Promise<T>,
): Promise<T> {
  const config = readConfig(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    await collect(ledger, surroundings, { hostname: config.hostname })
    const target = config.api_key === undefined ? undefined : await configuredServer(config, surroundings)
    if (target === undefined) return await ask(await localReports(ledger, surroundings), 'this machine')
    try {
      await sync({ ledger, surroundings, settings: config, server_url: target.url }, target.server, { waits: 0 })
      return await ask(target.server.reports, 'server')
    } catch (error) {
      if (!(error instanceof Problem) || exitCodeFor(error.code) !== 5) throw error
      return await ask(await localReports(ledger, surroundings), 'this machine, since the server is not reachable')
    }
  } finally {
    await ledger.close()
  }
}

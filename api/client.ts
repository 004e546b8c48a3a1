import type { z } from 'zod'
import { type ReportName, type Reports, reportSpecs } from '../core/report-specs.ts'
import { healthAnswer, type SyncAnswer2, syncAnswer2 } from './contract.ts'
import { type KeyRow, ownKeyAnswer } from './keys.ts'
import { liveVersions } from './live.ts'
import { HEALTH_PATH, OWN_KEY_PATH, reportPath, SYNC_PATH } from './paths.ts'
import { type ConnectOptions, requester, type ServerAddress } from './request.ts'

/** A server, as its clients see it. Every failure is a {@link Problem}. */
export interface Server {
  readonly reports: Reports
  /** Sends one batch: a body of protocol 2, gzipped. */
  sync(gzipped: Uint8Array): Promise<SyncAnswer2>
  health(): Promise<z.output<typeof healthAnswer>>
  /** The key that asks. Throws `not-found` for the one in the server's environment, which is no row. */
  ownKey(): Promise<KeyRow>
  /** Hears of changes of its data, until `signal` is raised or the server ends it. */
  live(signal: AbortSignal): AsyncIterable<string>
}

export function connect(address: ServerAddress, options: ConnectOptions = {}): Server {
  const request = requester(address, options)
  const reports = Object.fromEntries(
    Object.entries(reportSpecs).map(([name, spec]) => [
      name,
      (query: Readonly<Record<string, unknown>>) =>
        request(`${reportPath(name as ReportName)}${queryString(query)}`, spec.answer),
    ]),
  ) as unknown as Reports
  return {
    reports,
    health: () => request(HEALTH_PATH, healthAnswer),
    ownKey: () => request(OWN_KEY_PATH, ownKeyAnswer),
    live: (signal) => liveVersions(address, { fetch: options.fetch, signal }),
    sync: (gzipped) =>
      request(SYNC_PATH, syncAnswer2, {
        method: 'POST',
        body: gzipped as Uint8Array<ArrayBuffer>,
        headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      }),
  }
}

function queryString(query: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    // A list is its parameter, given again for each value.
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const one of values) if (one !== undefined) parameters.append(name, String(one))
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}

import { type Logger, pino } from 'pino'
import type { Problem } from '../core/problem.ts'
import { ASSETS_ROUTE } from './dashboard.ts'

export type { Logger }

export interface LogSink {
  write(text: string): void
  readonly isTTY?: boolean
}

/** A log of JSON lines. What goes into it is chosen field by field: never a key, a body, a header or a raw URL. */
export function createLog(sink: LogSink, now: () => number): Logger {
  // Many requests are answered within a millisecond.
  let [last, time] = [Number.NaN, '']
  const timestamp = () => {
    const instant = now()
    if (instant !== last) [last, time] = [instant, `,"time":"${new Date(instant).toISOString()}"`]
    return time
  }
  return pino(
    {
      // A person who watches a terminal wants the exceptions; a log file wants all.
      level: sink.isTTY === true ? 'warn' : 'info',
      base: null,
      timestamp,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line) => sink.write(line) },
  )
}

export interface AnsweredRequest {
  readonly id: string
  readonly method: string
  /** The route's pattern, not the path that was asked for. */
  readonly route: string
  readonly status: number
  readonly ms: number
}

/** One line for one request. A bug is logged whole, with its stack. */
export function logRequest(log: Logger, request: AnsweredRequest, problem: Problem | undefined): void {
  const fields = {
    ...request,
    ...(problem === undefined ? {} : { code: problem.code }),
    ...(problem !== undefined && request.status >= 500 ? { error: describe(problem.cause) } : {}),
  }
  log[levelOf(request)](fields, 'request')
}

/** What a page is made of comes with every visit and says nothing. */
function levelOf({ status, route }: AnsweredRequest): 'error' | 'warn' | 'info' | 'debug' {
  if (status >= 500) return 'error'
  if (status === 429) return 'warn'
  return route === ASSETS_ROUTE ? 'debug' : 'info'
}

function describe(error: unknown): string | undefined {
  return error instanceof Error ? (error.stack ?? error.message) : undefined
}

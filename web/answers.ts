import { reportPath } from '../api/paths.ts'
import type { Problem } from '../core/problem.ts'
import type { AnswerOf, QueryOf, ReportName } from '../core/report-specs.ts'
import { asProblem, request } from './request.ts'
import { createStore } from './store.ts'

/** What is known of a question: perhaps an answer, perhaps an older one, perhaps why there is none. */
export interface Known<T> {
  readonly answer: T | undefined
  /** When that was answered, in milliseconds since 1970. */
  readonly as_of: number
  /** Is a newer one on its way? */
  readonly isAsking: boolean
  readonly problem: Problem | undefined
}

const NOTHING: Known<never> = { answer: undefined, as_of: 0, isAsking: true, problem: undefined }
/** Answers that are kept, so that going back shows something at once. */
const MOST_KEPT = 60

/** Rises when the server says that there is something new, or someone asks to look again. */
export const revision = createStore(0)

export function askAgain(): void {
  revision.set(revision.value + 1)
}

const kept = new Map<string, Known<unknown>>()
const listeners = new Map<string, Set<() => void>>()

/** The path and query of a report; lists become parameters that come again. */
export function reportUrl<N extends ReportName>(name: N, query: QueryOf<N>): string {
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) parameters.append(key, String(one))
    }
  }
  return `${reportPath(name)}?${parameters}`
}

export async function askReport<N extends ReportName>(name: N, query: QueryOf<N>): Promise<AnswerOf<N>> {
  return request('GET', reportUrl(name, query))
}

/** What is known of a path now. */
export function knownOf<T>(path: string): Known<T> {
  return (kept.get(path) ?? NOTHING) as Known<T>
}

/** A question that is on its way. */
interface Asking {
  /** Of the time when it was sent. */
  revision: number
  /** Was there news since, which its answer may not have? */
  isLate: boolean
  readonly done: Promise<void>
}

const asking = new Map<string, Asking>()

/** Asks for a path, once for all who ask at the same time, and tells those who watch it. */
export function ask(path: string, now: () => number): Promise<void> {
  const present = asking.get(path)
  if (present === undefined) {
    const done = untilNew(path, now).finally(() => asking.delete(path))
    asking.set(path, { revision: revision.value, isLate: false, done })
    return done
  }
  present.isLate ||= present.revision !== revision.value
  return present.done
}

async function untilNew(path: string, now: () => number): Promise<void> {
  await answered(path, now)
  const present = asking.get(path)
  if (!present?.isLate) return
  Object.assign(present, { revision: revision.value, isLate: false })
  await untilNew(path, now)
}

/** An older answer stays until there is a newer one. */
async function answered(path: string, now: () => number): Promise<void> {
  tell(path, { ...knownOf(path), isAsking: true })
  try {
    const answer = await request('GET', path)
    tell(path, { answer, as_of: now(), isAsking: false, problem: undefined })
  } catch (error) {
    const problem = asProblem(error)
    tell(path, { ...knownOf(path), isAsking: false, problem })
  }
}

export function watch(path: string, listener: () => void): () => void {
  const watching = listeners.get(path) ?? new Set()
  listeners.set(path, watching.add(listener))
  return () => {
    watching.delete(listener)
    if (watching.size === 0) listeners.delete(path)
  }
}

/** Forgets everything, as if nothing had been asked. */
export function forgetAnswers(): void {
  kept.clear()
}

/** Forgets what was seen, as someone else may sit here now, but not why nothing is seen any more. */
export function hideAnswers(): void {
  for (const [path, { problem, isAsking }] of kept) {
    if (problem === undefined) kept.delete(path)
    else kept.set(path, { ...NOTHING, problem, isAsking })
  }
}

function tell(path: string, known: Known<unknown>): void {
  kept.delete(path)
  kept.set(path, known)
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break
    if (!listeners.has(oldest)) kept.delete(oldest)
  }
  for (const listener of listeners.get(path) ?? []) listener()
}

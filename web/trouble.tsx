import { useContext, useEffect, useLayoutEffect, useState } from 'preact/hooks'
import type { Problem, ProblemCode } from '../core/problem.ts'
import { askAgain } from './answers.ts'
import { clockTime } from './format-time.ts'
import { createStore, useStore } from './store.ts'
import { Surroundings } from './surroundings.ts'

/** How long after a failure it is tried again, unless the server says so. */
const RETRY_S = 15
/** What asking again, by itself, does not change. */
const FINAL: readonly ProblemCode[] = ['invalid-request', 'forbidden', 'not-found', 'ambiguous', 'too-large']
/** What is not about one question, and keeps every part of a page from its answer alike. */
const OF_ALL: readonly ProblemCode[] = ['unreachable', 'unavailable', 'rate-limited']

interface Troubled {
  readonly problem: Problem
  /** When what is shown nevertheless was answered, in milliseconds since 1970; 0 where nothing is. */
  readonly as_of: number
  readonly retry: () => void
}

/**
 * What went wrong, in place, and when it is tried again. What several parts of a page would say alike, the first of them
 * says for all.
 */
export function Trouble(troubled: Troubled) {
  const { problem, retry } = troubled
  const isOfAll = OF_ALL.includes(problem.code)
  const speaks = useSpeaker(isOfAll)
  const { retry_after_s } = problem.details as { retry_after_s?: unknown }
  useEffect(() => {
    if (isFinal(problem)) return undefined
    const timer = setTimeout(retry, (typeof retry_after_s === 'number' ? retry_after_s : RETRY_S) * 1000)
    return () => clearTimeout(timer)
  }, [problem])
  if (!speaks) return null
  return <Said {...troubled} retry={isOfAll ? askAgain : retry} />
}

function Said({ problem, as_of, retry }: Troubled) {
  const { zone } = useContext(Surroundings)
  const { request_id } = problem.details as { request_id?: unknown }
  return (
    <div class="card trouble" role="alert">
      <p>
        <strong>✗ {problem.message}</strong> {problem.hint}
      </p>
      <p>
        {as_of > 0 && `Shown is what was known at ${clockTime(as_of, zone)}. `}
        {!isFinal(problem) && 'It is tried again by itself. '}
        <button type="button" onClick={retry}>
          Try now
        </button>
      </p>
      {typeof request_id === 'string' && <p class="dim">Request {request_id}: the server’s log has the rest.</p>}
    </div>
  )
}

function isFinal({ code }: Problem): boolean {
  return FINAL.includes(code)
}

/** The parts of the page that have the same to say; the first is the one whose answer failed first. */
const speakers = createStore<readonly object[]>([])

/** Is it this part that speaks? Always, where it is about this part alone. */
function useSpeaker(isOfAll: boolean): boolean {
  const [self] = useState({})
  const [first] = useStore(speakers)
  useLayoutEffect(() => {
    if (!isOfAll) return undefined
    speakers.set([...speakers.value, self])
    return () => speakers.set(speakers.value.filter((other) => other !== self))
  }, [isOfAll])
  return !isOfAll || first === self
}

import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Problem } from '../core/problem.ts'
import { clockTime } from './format-time.ts'
import { addressOf, DEFAULT_VIEW } from './address.ts'
import { forgetAnswers } from './answers.ts'
import { Surroundings } from './surroundings.ts'
import type { Shown } from './use-report.ts'

/** Nothing is shown sooner than this: most answers are there before an eye would see a skeleton. */
const SKELETON_MS = 150
/** How long after a failure it is tried again. */
const RETRY_S = 15

/**
 * An answer in whatever state it is: a skeleton while there is none, the old one dimmed while there is a newer one on
 * its way, the old one with what went wrong where there is not.
 */
export function Answered<T>({
  shown,
  skeleton,
  children,
}: {
  readonly shown: Shown<T>
  readonly skeleton?: ComponentChildren
  readonly children: (answer: T) => ComponentChildren
}) {
  const { answer, problem, isOld } = shown
  const isLate = useDelay(isOld && problem === undefined, SKELETON_MS)
  // What was seen before is not for whoever sits here now.
  if (problem?.code === 'unauthenticated') return <SignedOut />
  return (
    <>
      {problem !== undefined && <Trouble problem={problem} as_of={shown.as_of} retry={shown.retry} />}
      {answer === undefined ? (
        problem === undefined && isLate && (skeleton ?? <Skeleton />)
      ) : (
        <div class={isLate ? 'answered old' : 'answered'} aria-busy={isLate}>
          {children(answer)}
        </div>
      )}
    </>
  )
}

export function Skeleton() {
  return (
    <div class="skeleton" role="status">
      <span class="only-read">Loading</span>
      <div class="tiles">
        {[0, 1, 2, 3].map((i) => (
          <div key={i} class="card tile" />
        ))}
      </div>
      <div class="card tall" />
      <div class="card" />
    </div>
  )
}

/** What went wrong, in place, and when it is tried again. */
function Trouble({
  problem,
  as_of,
  retry,
}: {
  readonly problem: Problem
  readonly as_of: number
  readonly retry: () => void
}) {
  const { zone } = useContext(Surroundings)
  useEffect(() => {
    const timer = setTimeout(retry, RETRY_S * 1000)
    return () => clearTimeout(timer)
  }, [problem])
  const { request_id } = problem.details as { request_id?: unknown }
  return (
    <div class="card trouble" role="alert">
      <p>
        <strong>✗ {problem.message}</strong> {problem.hint}
      </p>
      <p>
        {as_of > 0 && `Shown is what was known at ${clockTime(as_of, zone)}. `}
        It is tried again by itself.{' '}
        <button type="button" onClick={retry}>
          Try now
        </button>
      </p>
      {typeof request_id === 'string' && <p class="dim">Request {request_id}: the server’s log has the rest.</p>}
    </div>
  )
}

/** Not wrong, but no answer: it leads to signing in and back to the same view. */
function SignedOut() {
  useEffect(forgetAnswers, [])
  const back = location.pathname.slice(location.pathname.lastIndexOf('/') + 1) + location.search
  const target = `${addressOf('sign-in', DEFAULT_VIEW)}?back=${encodeURIComponent(back)}`
  return (
    <div class="card trouble" role="alert">
      <p>
        <strong>You are not signed in, or no longer.</strong>
      </p>
      <p>
        <a class="button primary" href={target} data-in-page>
          Sign in
        </a>
      </p>
    </div>
  )
}

/** True once `isOn` has been true for so long. */
function useDelay(isOn: boolean, ms: number): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    if (!isOn) {
      setLate(false)
      return undefined
    }
    const timer = setTimeout(() => setLate(true), ms)
    return () => clearTimeout(timer)
  }, [isOn])
  return isOn && isLate
}

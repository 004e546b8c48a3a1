import type { ComponentChildren } from 'preact'
import { useContext, useEffect } from 'preact/hooks'
import type { Problem, ProblemCode } from '../core/problem.ts'
import { clockTime } from './format-time.ts'
import { hideAnswers } from './answers.ts'
import { SignInLink } from './sign-in-link.tsx'
import { Surroundings } from './surroundings.ts'
import { useDelay } from './use-delay.ts'
import type { Shown } from './use-report.ts'

/** Nothing is shown sooner than this: most answers are there before an eye would see a skeleton. */
const SKELETON_MS = 150
/** How long after a failure it is tried again, unless the server says so. */
const RETRY_S = 15
/** What asking again, by itself, does not change. */
const FINAL: readonly ProblemCode[] = ['invalid-request', 'forbidden', 'not-found', 'ambiguous', 'too-large']

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
  const { problem, isOld, isOther } = shown
  // For a moment the old one is better than nothing; where none comes, it would pass for what was asked.
  const answer = problem !== undefined && isOther ? undefined : shown.answer
  const isBusy = isOld && problem === undefined
  const isLate = useDelay(isBusy, SKELETON_MS)
  // What was seen before is not for whoever sits here now.
  if (problem?.code === 'unauthenticated') return <SignedOut />
  return (
    <>
      {problem !== undefined && (
        <Trouble problem={problem} as_of={answer === undefined ? 0 : shown.as_of} retry={shown.retry} />
      )}
      {answer === undefined ? (
        problem === undefined && isLate && (skeleton ?? <Skeleton />)
      ) : (
        <div class={isLate ? 'answered old' : 'answered'} aria-busy={isBusy}>
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

/** What went wrong with an answer that is shown elsewhere, or not at all. */
export function WhatWentWrong({ shown }: { readonly shown: Shown<unknown> }) {
  if (shown.problem === undefined || shown.problem.code === 'unauthenticated') return null
  return <Trouble problem={shown.problem} as_of={shown.isOther ? 0 : shown.as_of} retry={shown.retry} />
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
  const { request_id, retry_after_s } = problem.details as { request_id?: unknown; retry_after_s?: unknown }
  const isFinal = FINAL.includes(problem.code)
  useEffect(() => {
    if (isFinal) return undefined
    const timer = setTimeout(retry, (typeof retry_after_s === 'number' ? retry_after_s : RETRY_S) * 1000)
    return () => clearTimeout(timer)
  }, [problem])
  return (
    <div class="card trouble" role="alert">
      <p>
        <strong>✗ {problem.message}</strong> {problem.hint}
      </p>
      <p>
        {as_of > 0 && `Shown is what was known at ${clockTime(as_of, zone)}. `}
        {!isFinal && 'It is tried again by itself. '}
        <button type="button" onClick={retry}>
          Try now
        </button>
      </p>
      {typeof request_id === 'string' && <p class="dim">Request {request_id}: the server’s log has the rest.</p>}
    </div>
  )
}

/** Not wrong, but no answer. */
function SignedOut() {
  useEffect(hideAnswers, [])
  return (
    <div class="card trouble" role="alert">
      <p>
        <strong>You are not signed in, or no longer.</strong>
      </p>
      <p>
        <SignInLink />
      </p>
    </div>
  )
}

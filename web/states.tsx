import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { hideAnswers } from './answers.ts'
import { SignInLink } from './sign-in-link.tsx'
import { Trouble } from './trouble.tsx'
import { useDelay } from './use-delay.ts'
import type { Shown } from './use-report.ts'

/** Nothing is shown sooner than this: most answers are there before an eye would see a skeleton. */
const SKELETON_MS = 150
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

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../core/problem.ts'
import { asProblem } from './request.ts'
import { WhatFailed } from './what-failed.tsx'

/** A button for what is not easily taken back: it asks once more, in its place, and says what went wrong. */
export function ConfirmButton({
  question,
  run,
  children,
}: {
  /** What is done by a second press: `Revoke for good`. */
  readonly question: string
  readonly run: () => Promise<unknown>
  readonly children: ComponentChildren
}) {
  const [state, setState] = useState<'ready' | 'asked' | 'running' | { readonly problem: Problem }>('ready')
  const sure = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (state === 'asked') sure.current?.focus()
  }, [state])
  const go = () => {
    setState('running')
    run().then(
      () => setState('ready'),
      (error: unknown) => setState({ problem: asProblem(error) }),
    )
  }
  if (state === 'asked' || state === 'running') {
    return (
      <span
        class="buttons"
        onKeyDown={(event) => {
          if (event.key === 'Escape') setState('ready')
        }}
      >
        <button ref={sure} type="button" class="danger" disabled={state === 'running'} onClick={go}>
          {question}
        </button>
        <button type="button" class="quiet" disabled={state === 'running'} onClick={() => setState('ready')}>
          Keep
        </button>
      </span>
    )
  }
  return (
    <>
      <button type="button" onClick={() => setState('asked')}>
        {children}
      </button>
      {typeof state === 'object' && <WhatFailed problem={state.problem} />}
    </>
  )
}

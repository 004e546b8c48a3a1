import type { Problem } from '../core/problem.ts'
import { SignInLink } from './sign-in-link.tsx'

/** Why something that was asked for was not done, beside the button that asked for it. */
export function WhatFailed({ problem }: { readonly problem: Problem }) {
  if (problem.code === 'unauthenticated') {
    return (
      <span class="bad what-failed" role="alert">
        ✗ You are not signed in, or no longer. <SignInLink />
      </span>
    )
  }
  return (
    <span class="bad what-failed" role="alert">
      ✗ {problem.message} {problem.hint}
    </span>
  )
}

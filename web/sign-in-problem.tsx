import type { Problem } from '../core/problem.ts'
import { addressOf, DEFAULT_VIEW } from './address.ts'

/** Why a link or a key did not sign anyone in, and what to do. */
export function SignInProblem({ problem }: { readonly problem: Problem }) {
  return (
    <div class="card trouble" role="alert">
      <p>
        <strong>✗ {problem.message}</strong> {problem.hint}
      </p>
      {problem.code === 'unauthenticated' && (
        <p>
          A link works once, for 15 minutes. Another one, on the server’s machine: <code>forge setup-link</code>
        </p>
      )}
      <p>
        <a href={addressOf('sign-in', DEFAULT_VIEW)} data-in-page>
          Sign in another way
        </a>
      </p>
    </div>
  )
}

export function DroppedCookie() {
  return (
    <div class="card trouble" role="alert">
      <p>
        <strong>✗ This browser did not keep the sign-in.</strong> It refuses cookies of this page, or something in
        between drops them.
      </p>
      <p>Allow cookies for this address, then open a new link: they are never for anyone else.</p>
    </div>
  )
}

import { useEffect, useState } from 'preact/hooks'
import { Problem } from '../../core/problem.ts'
import { addressOf, DEFAULT_VIEW } from '../address.ts'
import { replace } from '../navigation.ts'
import { signIn } from '../session.ts'
import { DroppedCookie, SignInProblem } from '../sign-in-problem.tsx'
import { asProblem } from '../request.ts'

/** Where a setup link leads: its secret is exchanged for a sign-in, and leaves the address bar at once. */
export function Setup() {
  const [state, setState] = useState<'asking' | 'dropped' | Problem>('asking')
  const begin = () => {
    const secret = location.hash.slice(1)
    setState('asking')
    history.replaceState(null, '', location.pathname + location.search)
    if (secret === '') {
      setState(
        new Problem('unauthenticated', 'This address lacks what comes after the #.', { hint: 'Copy the link whole.' }),
      )
      return
    }
    signIn({ setup: secret }).then(
      (kept) => (kept === 'kept' ? replace(addressOf('overview', DEFAULT_VIEW)) : setState('dropped')),
      (error: unknown) => setState(asProblem(error)),
    )
  }
  useEffect(begin, [])
  // Another link, pasted where one that is used up was: to a browser it is the same page, which it does not load again.
  useEffect(() => {
    addEventListener('hashchange', begin)
    return () => removeEventListener('hashchange', begin)
  }, [])
  return (
    <main class="bare">
      <h1>Set up</h1>
      {state === 'asking' && <p role="status">Signing this browser in…</p>}
      {state === 'dropped' && <DroppedCookie />}
      {state instanceof Problem && <SignInProblem problem={state} />}
    </main>
  )
}

import { useEffect, useState } from 'preact/hooks'
import { Problem } from '../../core/problem.ts'
import { addressOf, DEFAULT_VIEW } from '../address.ts'
import { replace } from '../navigation.ts'
import { askSession, signIn } from '../session.ts'
import { DroppedCookie, SignInProblem } from '../sign-in-problem.tsx'
import { asProblem } from '../request.ts'

/** Signing in: with a link of the server's machine, or a key that is sent once and not kept. */
export function SignIn() {
  const [key, setKey] = useState('')
  const [state, setState] = useState<'ready' | 'asking' | 'dropped' | Problem>('ready')
  const [isPlain, setPlain] = useState(false)
  useEffect(() => {
    askSession().then(
      ({ signed_in, transport }) => (signed_in ? goBack() : setPlain(transport === 'http')),
      () => undefined,
    )
  }, [])
  const submit = (event: Event) => {
    event.preventDefault()
    setState('asking')
    signIn({ api_key: key.trim() }).then(
      (kept) => (kept === 'kept' ? goBack() : setState('dropped')),
      (error: unknown) => setState(asProblem(error)),
    )
  }
  return (
    <main class="bare">
      <h1>Claudeforge</h1>
      <section class="card detail">
        <h2>Sign in with a link</h2>
        <p>
          On the server’s machine: <code>forge setup-link</code> prints one. It works once, for 15 minutes.
        </p>
      </section>
      <form class="card form" onSubmit={submit}>
        <h2>Or with a key</h2>
        <label>
          Key of this server{' '}
          <input
            type="password"
            autocomplete="off"
            required
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        <p class="dim">It is sent once, for a sign-in of this browser, and kept nowhere.</p>
        <button type="submit" class="primary" disabled={state === 'asking' || key.trim() === ''}>
          Sign in
        </button>
      </form>
      {isPlain && (
        <p class="warn">
          ▲ Plain HTTP: others on this network can read along, the key included. A link is safer here: it is used up.
        </p>
      )}
      {state === 'dropped' && <DroppedCookie />}
      {state instanceof Problem && <SignInProblem problem={state} />}
    </main>
  )
}

/** Back to where one was sent away from: a page of ours, never another site. */
function goBack(): void {
  const back = new URLSearchParams(location.search).get('back') ?? ''
  const isOurs = /^[a-z-]*(?:\?.*)?$/.test(back)
  replace(isOurs ? `./${back}` : addressOf('overview', DEFAULT_VIEW))
}

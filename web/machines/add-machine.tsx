import { useState } from 'preact/hooks'
import { INVITES_PATH } from '../../api/paths.ts'
import { Problem } from '../../core/problem.ts'
import { addressOf, DEFAULT_VIEW } from '../address.ts'
import { LoginLine } from '../login-line.tsx'
import { asProblem, request } from '../request.ts'
import { WhatFailed } from '../what-failed.tsx'

/** How another machine joins: with a code that it shows, or with one that is made here. */
export function AddMachine() {
  const [made, setMade] = useState<string | Problem | undefined>(undefined)
  const invite = () =>
    request<{ code: string }>('POST', INVITES_PATH, {}).then(
      ({ code }) => setMade(code),
      (error: unknown) => setMade(asProblem(error)),
    )
  return (
    <section class="card add-machine" aria-labelledby="add-title">
      <h2 id="add-title">Add a machine</h2>
      <p>On the machine, with Node 22.18 or newer:</p>
      <LoginLine />
      <p class="dim">
        It shows a code, which you{' '}
        <a href={addressOf('pair', DEFAULT_VIEW)} data-in-page>
          approve here
        </a>
        . Its whole history is sent, then what is new.
      </p>
      <p>
        <button type="button" onClick={() => void invite()}>
          Or invite it: no approval needed
        </button>
      </p>
      {typeof made === 'string' && (
        <div role="status">
          <p>It works once, for 15 minutes:</p>
          <LoginLine code={made} />
        </div>
      )}
      {made instanceof Problem && <WhatFailed problem={made} />}
    </section>
  )
}

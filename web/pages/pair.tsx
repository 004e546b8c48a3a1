import { useState } from 'preact/hooks'
import { PAIRINGS_PATH } from '../../api/paths.ts'
import type { PairingRow } from '../../api/pairing.ts'
import { ago } from '../../core/format.ts'
import type { Problem } from '../../core/problem.ts'
import { askAgain } from '../answers.ts'
import { asProblem, request } from '../request.ts'
import { WhatFailed } from '../what-failed.tsx'
import { Answered } from '../states.tsx'
import { usePath } from '../use-report.ts'
import { useQuestion } from '../use-question.ts'

/** Where a machine that shows a code is let in, by someone who sees both. */
export function Pair() {
  const [code, setCode] = useState(() => new URLSearchParams(location.search).get('code') ?? '')
  const [found, setFound] = useState<PairingRow | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const [said, setSaid] = useState('')
  const waiting = usePath<{ pairings: PairingRow[] }>(PAIRINGS_PATH)
  const find = (event: Event) => {
    event.preventDefault()
    setSaid('')
    request<PairingRow>('POST', `${PAIRINGS_PATH}/find`, { code }).then(
      (row) => {
        setFound(row)
        setProblem(undefined)
      },
      (error: unknown) => setProblem(asProblem(error)),
    )
  }
  const done = (text: string) => {
    setSaid(text)
    setFound(undefined)
    setCode('')
    askAgain()
  }
  return (
    <>
      <div class="page-head">
        <h1>Add a machine</h1>
      </div>
      <div class="stack">
        {said !== '' && (
          <p class="card" role="status">
            {said}
          </p>
        )}
        {found === undefined ? (
          <form class="card form" onSubmit={find}>
            <label>
              The code in its terminal{' '}
              <input
                required
                autocomplete="off"
                spellcheck={false}
                placeholder="WDJB-MJHT"
                value={code}
                onInput={(event) => setCode(event.currentTarget.value)}
              />
            </label>
            {problem !== undefined && <WhatFailed problem={problem} />}
            <button type="submit" class="primary" disabled={code.trim() === ''}>
              Who is it?
            </button>
          </form>
        ) : (
          <Decide pairing={found} onDone={done} />
        )}
        <Answered shown={waiting} skeleton={<p />}>
          {({ pairings }) =>
            pairings.length === 0 || found !== undefined ? null : (
              <p class="dim">
                {pairings.length === 1 ? 'One machine waits' : `${pairings.length} machines wait`} to be let in:{' '}
                <bdi>{pairings.map(({ hostname }) => hostname).join(', ')}</bdi>. Its terminal shows the code.
              </p>
            )
          }
        </Answered>
      </div>
    </>
  )
}

/** Who asks, from where; and the number that only its terminal shows. */
function Decide({ pairing, onDone }: { readonly pairing: PairingRow; readonly onDone: (text: string) => void }) {
  const { question } = useQuestion()
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const decide = (what: 'approve' | 'deny', text: string, body?: object) =>
    void request('POST', `${PAIRINGS_PATH}/${encodeURIComponent(pairing.id)}/${what}`, body ?? {}).then(
      () => onDone(text),
      (error: unknown) => setProblem(asProblem(error)),
    )
  return (
    <section class="card detail" aria-labelledby="who">
      <h2 id="who">
        <bdi>{pairing.hostname}</bdi> wants to sync here
      </h2>
      <dl class="pairs">
        {pairing.known_as !== null && (
          <>
            <dt>Known here as</dt>
            <dd>
              <bdi>{pairing.known_as}</bdi>
            </dd>
          </>
        )}
        <dt>System</dt>
        <dd>
          <bdi>{pairing.system === '' ? 'unknown' : pairing.system}</bdi>
        </dd>
        <dt>Address</dt>
        <dd>{pairing.from_address === '' ? 'unknown' : pairing.from_address}</dd>
        <dt>Asked</dt>
        <dd>{ago(Math.max(0, question.now - Date.parse(pairing.created_at)))}</dd>
      </dl>
      <p class="warn">▲ Only if you have just run forge login on it yourself.</p>
      {problem === undefined ? (
        <fieldset>
          <legend>Which number does its terminal show?</legend>
          <p class="buttons">
            {pairing.choices.map((number) => (
              <button
                key={number}
                type="button"
                class="primary"
                onClick={() =>
                  decide('approve', `✓ ${pairing.hostname} is let in. It sends its history now.`, { number })
                }
              >
                {number}
              </button>
            ))}
            <button type="button" class="danger" onClick={() => decide('deny', `${pairing.hostname} was turned down.`)}>
              None of them: turn it down
            </button>
          </p>
        </fieldset>
      ) : (
        <WhatFailed problem={problem} />
      )}
    </section>
  )
}

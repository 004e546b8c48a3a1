import { useState } from 'preact/hooks'
import { KEYS_PATH } from '../../api/paths.ts'
import { ago } from '../../core/format.ts'
import { Problem } from '../../core/problem.ts'
import { askAgain } from '../answers.ts'
import { ConfirmButton } from '../confirm-button.tsx'
import { Choice } from '../controls/control-row.tsx'
import { CopyLine } from '../copy-line.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { dateTime } from '../format-time.ts'
import { asProblem, request } from '../request.ts'
import { WhatFailed } from '../what-failed.tsx'
import { Answered } from '../states.tsx'
import { usePath } from '../use-report.ts'
import { useQuestion } from '../use-question.ts'
import type { KeyRow } from '../../api/keys.ts'
import { Section } from './section.tsx'

const KINDS = [
  ['machine', 'for a machine: it sends and looks'],
  ['ingest', 'only sends'],
  ['read', 'only looks'],
  ['admin', 'may do everything'],
] as const

/** Keys of machines, people and programs: made, shown once, and revoked at once. */
export function Keys() {
  const shown = usePath<{ keys: KeyRow[] }>(KEYS_PATH)
  return (
    <Section title="Keys">
      <Answered shown={shown} skeleton={<p />}>
        {({ keys }) => <Table keys={keys.filter(({ is_valid }) => is_valid)} />}
      </Answered>
      <NewKey />
    </Section>
  )
}

function Table({ keys }: { readonly keys: readonly KeyRow[] }) {
  const { question } = useQuestion()
  const revoke = (id: string) => request('DELETE', `${KEYS_PATH}/${encodeURIComponent(id)}`).then(askAgain)
  const columns: Column<KeyRow>[] = [
    { title: 'Key', cell: ({ label, hostname, id }) => <bdi>{hostname ?? (label === '' ? id : label)}</bdi> },
    { title: 'Kind', cell: ({ kind }) => kind, leaves: 1 },
    {
      title: 'Made',
      cell: ({ created_at }) => dateTime(Date.parse(created_at), question.tz, question.now),
      isNumber: true,
      leaves: 2,
    },
    {
      title: 'Last used',
      cell: ({ last_used, last_used_from }) =>
        last_used === null
          ? 'never'
          : `${ago(Math.max(0, question.now - Date.parse(last_used)))}${last_used_from === '' ? '' : `, from ${last_used_from}`}`,
      isNumber: true,
    },
    {
      title: 'End',
      cell: ({ id, label, hostname }) => (
        <ConfirmButton question="Revoke for good" run={() => revoke(id)}>
          Revoke<span class="only-read"> {hostname ?? label}</span>
        </ConfirmButton>
      ),
      isNumber: true,
    },
  ]
  if (keys.length === 0) return <p class="dim">None but the one in the server’s environment, if there is one.</p>
  return <DataTable label="Keys" columns={columns} rows={keys} keyOf={({ id }) => id} />
}

function NewKey() {
  const [label, setLabel] = useState('')
  const [kind, setKind] = useState<(typeof KINDS)[number][0]>('read')
  const [made, setMade] = useState<string | Problem | undefined>(undefined)
  const make = (event: Event) => {
    event.preventDefault()
    request<{ key: string }>('POST', KEYS_PATH, { kind, label: label.trim() }).then(
      ({ key }) => {
        setMade(key)
        setLabel('')
        askAgain()
      },
      (error: unknown) => setMade(asProblem(error)),
    )
  }
  return (
    <details>
      <summary>Make a key</summary>
      <form class="form" onSubmit={make}>
        <label>
          What it is for{' '}
          <input required maxLength={200} value={label} onInput={(event) => setLabel(event.currentTarget.value)} />
        </label>
        <label>
          What it may do <Choice label="What it may do" value={kind} options={KINDS} onChoose={setKind} />
        </label>
        <button type="submit" class="primary" disabled={label.trim() === ''}>
          Make it
        </button>
      </form>
      {typeof made === 'string' && (
        <div role="status">
          <p>Shown only this once; the server keeps its hash:</p>
          <CopyLine text={made} />
        </div>
      )}
      {made instanceof Problem && <WhatFailed problem={made} />}
    </details>
  )
}

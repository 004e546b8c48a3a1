import { useState } from 'preact/hooks'
import { effectLines } from '../../api/machine-words.ts'
import type { MachineChangeAnswer, MachineChangeRequest, MachineListing } from '../../api/machines.ts'
import { MACHINES_PATH } from '../../api/paths.ts'
import type { Problem } from '../../core/problem.ts'
import { askAgain } from '../answers.ts'
import { Choice } from '../controls/control-row.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { asProblem, request } from '../request.ts'
import { WhatFailed } from '../what-failed.tsx'

type Change = MachineChangeRequest
type State = 'ready' | 'asking' | { readonly problem: Problem } | { readonly change: Change; readonly words: string[] }

/** Changes one machine: names at once, everything else after it was said what would come of it. */
export function ManageDialog({
  machine,
  others,
  onClose,
}: {
  readonly machine: MachineListing
  readonly others: readonly MachineListing[]
  readonly onClose: () => void
}) {
  const [state, setState] = useState<State>('ready')
  const [name, setName] = useState(machine.label)
  const [group, setGroup] = useState(machine.group)
  const [into, setInto] = useState(machine.copied_from?.id ?? others[0]?.id ?? '')
  const path = `${MACHINES_PATH}/${encodeURIComponent(machine.id)}`
  const failed = (error: unknown) => setState({ problem: asProblem(error) })
  const finish = () => {
    askAgain()
    onClose()
  }
  const make = (change: Change) => {
    setState('asking')
    request('POST', `${path}/changes`, change).then(finish, failed)
  }
  const preview = (change: Change) => {
    setState('asking')
    request<MachineChangeAnswer>('POST', `${path}/changes`, { ...change, preview: true }).then(
      ({ effect }) => setState({ change, words: effectLines(change, effect) }),
      failed,
    )
  }
  if (typeof state === 'object' && 'words' in state) {
    const [first, ...more] = state.words
    return (
      <Dialog title={`Machine ${machine.name}`} onClose={onClose}>
        <p>{first}</p>
        {more.length > 0 && (
          <ul>
            {more.map((line) => (
              <li key={line}>{line.trim()}</li>
            ))}
          </ul>
        )}
        <p class="dim">For 7 days, “Changes of machines” below takes it back.</p>
        <p class="buttons">
          <button type="button" class="danger" onClick={() => make(state.change)}>
            {DEEDS[state.change.action]}
          </button>
          <button type="button" onClick={() => setState('ready')}>
            Keep as it is
          </button>
        </p>
      </Dialog>
    )
  }
  const isAsking = state === 'asking'
  return (
    <Dialog title={`Machine ${machine.name}`} onClose={onClose}>
      <TextForm
        label="Name, here and in reports"
        value={name}
        set={setName}
        placeholder={machine.hostname}
        isReady={!isAsking && name.trim() !== machine.label}
        deed={DEEDS.rename}
        onDone={() => make({ action: 'rename', name: name.trim() })}
      />
      <TextForm
        label="Group"
        value={group}
        set={setGroup}
        placeholder="none"
        isReady={!isAsking && group.trim() !== machine.group}
        deed={DEEDS.group}
        onDone={() => make({ action: 'group', group: group.trim() })}
      />
      {others.length > 0 && (
        <div class="form beside">
          <label>
            It is the same as{' '}
            <Choice label="It is the same as" value={into} options={optionsOf(others)} onChoose={setInto} />
          </label>
          <button type="button" disabled={isAsking} onClick={() => preview({ action: 'merge', into })}>
            Merge…
          </button>
        </div>
      )}
      <p class="buttons">
        {!machine.is_active && (
          <button type="button" onClick={() => void request('POST', `${path}/reactivate`).then(finish, failed)}>
            Show it again
          </button>
        )}
        {(machine.copied_from !== null || machine.cloned_at !== null) && (
          <button type="button" disabled={isAsking} onClick={() => make({ action: 'keep' })}>
            {DEEDS.keep}
          </button>
        )}
        {!machine.is_archived && (
          <button type="button" disabled={isAsking} onClick={() => preview({ action: 'archive' })}>
            Archive…
          </button>
        )}
        {machine.key_count > 0 && (
          <button type="button" disabled={isAsking} onClick={() => preview({ action: 'revoke' })}>
            End its keys…
          </button>
        )}
        <button type="button" disabled={isAsking} onClick={() => preview({ action: 'delete' })}>
          Delete…
        </button>
      </p>
      {typeof state === 'object' && 'problem' in state && <WhatFailed problem={state.problem} />}
    </Dialog>
  )
}

const DEEDS: Readonly<Record<Change['action'], string>> = {
  rename: 'Rename',
  group: 'Set the group',
  archive: 'Archive it',
  keep: 'It is one of its own',
  revoke: 'End its keys',
  merge: 'Merge them',
  delete: 'Delete it',
}

function optionsOf(machines: readonly MachineListing[]): (readonly [string, string])[] {
  const alike = Map.groupBy(machines, ({ name }) => name)
  return machines.map(({ id, name }) => [id, alike.get(name)?.length === 1 ? name : `${name}~${id.slice(-4)}`])
}

function TextForm({
  label,
  value,
  set,
  placeholder,
  isReady,
  deed,
  onDone,
}: {
  readonly label: string
  readonly value: string
  readonly set: (value: string) => void
  readonly placeholder: string
  readonly isReady: boolean
  readonly deed: string
  readonly onDone: () => void
}) {
  return (
    <form
      class="form beside"
      onSubmit={(event) => {
        event.preventDefault()
        onDone()
      }}
    >
      <label>
        {label}{' '}
        <input
          maxLength={200}
          placeholder={placeholder}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={!isReady}>
        {deed}
      </button>
    </form>
  )
}

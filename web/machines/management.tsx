import { useMemo } from 'preact/hooks'
import type { MachineListing } from '../../api/machines.ts'
import { MACHINES_PATH, SESSION_PATH } from '../../api/paths.ts'
import type { SessionAnswer } from '../../api/sign-in.ts'
import { usePath } from '../use-report.ts'

/** What is known of machines besides their usage, by their ids; nothing for who may only look. */
export function useListings(): ReadonlyMap<string, MachineListing> {
  const session = usePath<SessionAnswer>(SESSION_PATH)
  const isAdmin = session.answer?.scopes.includes('admin') ?? false
  // Who may not know them does not ask for them.
  const { answer } = usePath<{ machines?: MachineListing[] }>(isAdmin ? MACHINES_PATH : SESSION_PATH)
  return useMemo(() => new Map(answer?.machines?.map((row) => [row.id, row])), [answer])
}

/** What an administrator is told and can do on a machine's card. */
export function Management({
  listing,
  open,
}: {
  readonly listing: MachineListing | undefined
  readonly open: () => void
}) {
  if (listing === undefined) return null
  const { name, hostname, group, merged, copied_from, cloned_at } = listing
  const facts = [
    hostname === name ? '' : `calls itself ${hostname}`,
    group === '' ? '' : `group ${group}`,
    merged.length === 0 ? '' : `is also ${merged.map((one) => one.name).join(', ')}`,
  ].filter((fact) => fact !== '')
  return (
    <>
      {copied_from !== null && (
        <p class="warn">
          ▲ It first came with the files of <bdi>{copied_from.name}</bdi>. What both have shown is counted once. Are
          they one computer? “Manage” merges them, or keeps it.
        </p>
      )}
      {cloned_at !== null && (
        <p class="warn">
          ▲ Two computers pass for it. Give a clone an /etc/machine-id of its own, and then keep it with “Manage”.
        </p>
      )}
      <p class="buttons">
        {facts.length > 0 && (
          <span class="dim">
            <bdi>{facts.join(' · ')}</bdi>
          </span>
        )}
        <button type="button" class="quiet push" onClick={open}>
          Manage<span class="only-read"> {name}</span>
        </button>
      </p>
    </>
  )
}

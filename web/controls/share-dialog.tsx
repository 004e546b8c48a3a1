import { useContext, useState } from 'preact/hooks'
import { SHARES_PATH } from '../../api/paths.ts'
import type { ShareRequest } from '../../api/share.ts'
import { Problem } from '../../core/problem.ts'
import { hasFilters } from '../address.ts'
import { CopyLine } from '../copy-line.tsx'
import { address } from '../navigation.ts'
import { pageUrl } from '../login-line.tsx'
import { asProblem, request } from '../request.ts'
import { WhatFailed } from '../what-failed.tsx'
import { Surroundings } from '../surroundings.ts'
import { Choice } from './control-row.tsx'
import { Dialog } from './dialog.tsx'

const BLOCKS = [
  ['chart', 'The bars'],
  ['machines', 'Machines'],
  ['projects', 'Top projects'],
  ['models', 'Top models'],
  ['year', 'The year'],
] as const satisfies readonly (readonly [ShareRequest['blocks'][number], string])[]

const ENDS = [
  ['7', 'in a week'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
] as const

const DAY_MS = 86_400_000

/** Makes a link with which anyone can look, and no more than look, at what is chosen here. */
export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const { now, zone } = useContext(Surroundings)
  const { view } = address.value
  const [name, setName] = useState('My usage')
  const [days, setDays] = useState<(typeof ENDS)[number][0]>('30')
  const [blocks, setBlocks] = useState<readonly ShareRequest['blocks'][number][]>(BLOCKS.map(([block]) => block))
  const [hasNames, setHasNames] = useState(false)
  const [hasCost, setHasCost] = useState(true)
  const [made, setMade] = useState<string | Problem | undefined>(undefined)
  const make = (event: Event) => {
    event.preventDefault()
    const body: ShareRequest = {
      name: name.trim(),
      ends_at: new Date(now() + Number(days) * DAY_MS).toISOString(),
      blocks: [...blocks],
      has_names: hasNames,
      has_cost: hasCost,
      view: {
        range: view.range,
        by: view.by,
        metric: view.metric,
        tz: view.tz ?? zone,
        filters: {
          machine: [...view.filters.machine],
          project: [...view.filters.project],
          model: [...view.filters.model],
          account: [...view.filters.account],
        },
      },
    }
    request<{ secret: string }>('POST', SHARES_PATH, body).then(
      ({ secret }) => setMade(`${pageUrl()}/share#${secret}`),
      (error: unknown) => setMade(asProblem(error)),
    )
  }
  const check = (label: string, value: boolean, set: (value: boolean) => void) => (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => set(event.currentTarget.checked)} /> {label}
    </label>
  )
  return (
    <Dialog title="Share what is shown" onClose={onClose}>
      {typeof made === 'string' ? (
        <>
          <p>
            Whoever has this link can look until it ends; nothing can be changed with it. It is shown only now, and can
            be ended in the settings.
          </p>
          <CopyLine text={made} />
        </>
      ) : (
        <form class="form" onSubmit={make}>
          <label>
            Name, for you and for who looks{' '}
            <input required maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} />
          </label>
          <label>
            It ends <Choice label="It ends" value={days} options={ENDS} onChoose={setDays} />
          </label>
          <fieldset>
            <legend>Shown besides the totals</legend>
            {BLOCKS.map(([block, title]) =>
              check(title, blocks.includes(block), (isOn) =>
                setBlocks(isOn ? [...blocks, block] : blocks.filter((one) => one !== block)),
              ),
            )}
            {check('Names of machines and projects', hasNames, setHasNames)}
            {check('Cost', hasCost, setHasCost)}
          </fieldset>
          <p class="dim">
            The range moves with the clock unless it is days of your choice.
            {hasFilters(view) ? ' The filters hold, and are not told.' : ''}
          </p>
          {made instanceof Problem && <WhatFailed problem={made} />}
          <button type="submit" class="primary" disabled={name.trim() === ''}>
            Make the link
          </button>
        </form>
      )}
    </Dialog>
  )
}

import { useState } from 'preact/hooks'
import type { AnswerOf } from '../../core/report-specs.ts'
import { compactCount } from '../../core/format.ts'
import { type FilterName, toggleFilter } from '../address.ts'
import { reportUrl } from '../answers.ts'
import { address, look } from '../navigation.ts'
import { useStore } from '../store.ts'
import { usePath } from '../use-report.ts'
import { Dialog } from './dialog.tsx'

const MOST_SHOWN = 100

/** Machines, projects, models and accounts of all time, to be ticked. */
export function FilterDialog({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('')
  const machines = usePath<AnswerOf<'machines'>>(reportUrl('machines', {})).answer?.machines ?? []
  const projects = usePath<AnswerOf<'projects'>>(reportUrl('projects', {})).answer?.projects ?? []
  const models = usePath<AnswerOf<'models'>>(reportUrl('models', {})).answer?.models ?? []
  return (
    <Dialog title="Show only" onClose={onClose}>
      <input
        type="search"
        aria-label="Search machines, projects and models"
        placeholder="Search"
        autofocus
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="filter-lists">
        <FilterList
          name="machine"
          title="Machines"
          text={text}
          rows={machines.map((row) => [row.hostname, row.total_tokens])}
        />
        <FilterList
          name="project"
          title="Projects"
          text={text}
          rows={projects.map((row) => [row.project, row.total_tokens])}
        />
        <FilterList name="model" title="Models" text={text} rows={models.map((row) => [row.model, row.total_tokens])} />
      </div>
    </Dialog>
  )
}

function FilterList({
  name,
  title,
  text,
  rows,
}: {
  readonly name: FilterName
  readonly title: string
  readonly text: string
  readonly rows: readonly (readonly [string, number])[]
}) {
  const { view } = useStore(address)
  const chosen = view.filters[name]
  const known = new Map([...chosen.map((value) => [value, 0] as const), ...rows].filter(([value]) => value !== ''))
  const found = [...known].filter(([value]) => value.toLowerCase().includes(text.toLowerCase()))
  if (found.length === 0) return null
  return (
    <fieldset>
      <legend>{title}</legend>
      {found.slice(0, MOST_SHOWN).map(([value, tokens]) => (
        <label key={value} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={() => look(toggleFilter(address.value.view, name, value))}
          />{' '}
          <bdi>{value}</bdi> <span class="dim number">{compactCount(tokens)}</span>
        </label>
      ))}
      {found.length > MOST_SHOWN && <p class="dim">And {found.length - MOST_SHOWN} more: search for them.</p>}
    </fieldset>
  )
}

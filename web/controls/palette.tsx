import { useId, useState } from 'preact/hooks'
import type { AnswerOf } from '../../core/report-specs.ts'
import { DEFAULT_VIEW, type FilterName, type View } from '../address.ts'
import { address, go, viewForAnotherPage } from '../navigation.ts'
import { MAIN_PAGES, PAGE_TITLES } from '../page-titles.ts'
import { PRESETS } from '../../core/presets.ts'
import { chooseTheme, THEMES } from '../theme.ts'
import { usePath } from '../use-report.ts'
import { reportUrl } from '../answers.ts'
import { Dialog } from './dialog.tsx'

interface Entry {
  readonly kind: string
  readonly name: string
  readonly run: () => void
}

const MOST_SHOWN = 12

/** Goes to anything by its name: pages, machines, projects, models, ranges, themes. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const machines = usePath<AnswerOf<'machines'>>(reportUrl('machines', {})).answer?.machines ?? []
  const projects = usePath<AnswerOf<'projects'>>(reportUrl('projects', {})).answer?.projects ?? []
  const models = usePath<AnswerOf<'models'>>(reportUrl('models', {})).answer?.models ?? []
  const entries = [
    ...ownEntries(),
    ...machines.map(({ hostname }) => filterEntry('machine', hostname)),
    ...projects.filter(({ project }) => project !== '').map(({ project }) => filterEntry('project', project)),
    ...models.map(({ model }) => filterEntry('model', model)),
  ]
  const found = entries.filter(({ kind, name }) => fits(`${kind} ${name}`, text)).slice(0, MOST_SHOWN)
  const chosen = Math.min(at, found.length - 1)
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return
    onClose()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0))
    else if (event.key === 'Enter') run(found[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Go to" onClose={onClose}>
      <input
        type="search"
        role="combobox"
        list={undefined}
        aria-label="Page, machine, project, model or range"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
        autocomplete="off"
        autofocus
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={id} role="listbox" aria-label="What was found" class="palette">
        {found.map((entry, i) => (
          <li
            key={`${entry.kind} ${entry.name}`}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === chosen}
            onPointerMove={() => setAt(i)}
            onClick={() => run(entry)}
          >
            <span class="dim">{entry.kind}</span> <bdi>{entry.name}</bdi>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="dim">Nothing has this name.</p>}
    </Dialog>
  )
}

function ownEntries(): Entry[] {
  const { page, view } = address.value
  return [
    ...[...MAIN_PAGES.map(([to]) => to), 'settings' as const].map((to) => ({
      kind: 'page',
      name: PAGE_TITLES[to],
      run: () => go(to, viewForAnotherPage(view)),
    })),
    ...PRESETS.map(([range, name]) => ({ kind: 'range', name, run: () => go(page, { ...view, range }) })),
    {
      kind: 'link',
      name: 'Copy a link to what is shown',
      run: () => void navigator.clipboard?.writeText(location.href),
    },
    ...THEMES.map((theme) => ({ kind: 'theme', name: theme, run: () => chooseTheme(theme) })),
  ]
}

function filterEntry(kind: FilterName, name: string): Entry {
  return {
    kind,
    name,
    run: () => {
      const { view } = address.value
      const filters: View['filters'] = { ...DEFAULT_VIEW.filters, [kind]: [name] }
      go('overview', { ...viewForAnotherPage(view), filters })
    },
  }
}

/** Are all words in it, in any order? */
function fits(text: string, words: string): boolean {
  const within = text.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => within.includes(word))
}

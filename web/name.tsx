import { useContext } from 'preact/hooks'
import { type FilterName, toggleFilter } from './address.ts'
import { address, look } from './navigation.ts'
import { Viewer } from './viewer.ts'

/** A name from outside that filters by itself. Its direction is its own, so that it turns nothing around it. */
export function FilterLink({
  name,
  value,
  children,
}: {
  readonly name: FilterName
  readonly value: string
  readonly children?: string
}) {
  const { isReadOnly } = useContext(Viewer)
  if (value === '') return <span class="dim">unknown</span>
  if (isReadOnly) return <bdi>{children ?? value}</bdi>
  return (
    <button
      type="button"
      class="link name"
      title={`Only ${name} ${value}`}
      onClick={() => {
        const { view } = address.value
        if (!view.filters[name].includes(value)) look(toggleFilter(view, name, value))
      }}
    >
      <bdi>{children ?? value}</bdi>
    </button>
  )
}

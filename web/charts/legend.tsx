import { FILTERS, type FilterName, toggleFilter, type View } from '../address.ts'
import { useContext } from 'preact/hooks'
import { Viewer } from '../viewer.ts'
import { address, look } from '../navigation.ts'
import type { Bars } from './bars.ts'

/** The series of a chart by name; one that is a machine, project, model or account filters by itself. */
export function Legend({
  chart,
  by,
  compare = false,
}: {
  readonly chart: Bars
  readonly by: View['by']
  readonly compare?: boolean
}) {
  const { isReadOnly } = useContext(Viewer)
  const filter = (FILTERS as readonly string[]).includes(by) ? (by as FilterName) : undefined
  return (
    <ul class="legend" aria-label="Series">
      {chart.series.map(({ name, group, colour }) => (
        <li key={name}>
          <i class={`swatch series-${colour}`} aria-hidden="true" />{' '}
          {filter !== undefined && !isReadOnly && group !== undefined && group !== '' ? (
            <button
              type="button"
              class="link name"
              title={`Only ${group}`}
              onClick={() => look(toggleFilter(address.value.view, filter, group))}
            >
              <bdi>{name}</bdi>
            </button>
          ) : (
            <bdi>{name}</bdi>
          )}
        </li>
      ))}
      {compare && (
        <li>
          <i class="swatch previous-swatch" aria-hidden="true" /> period before
        </li>
      )}
    </ul>
  )
}

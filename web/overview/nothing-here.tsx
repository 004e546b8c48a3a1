import { hasFilters, withoutFilters } from '../address.ts'
import { address, look } from '../navigation.ts'
import { useStore } from '../store.ts'

/** There is usage, but none of it here: what to change. */
export function NothingHere() {
  const { view } = useStore(address)
  return (
    <section class="card empty">
      <h2>Nothing in this range</h2>
      <p>
        {hasFilters(view)
          ? 'No usage fits the filters. Missing is not zero: a machine that has not synced may still have some.'
          : 'No machine has told of any usage on these days. Missing is not zero: one that has not synced may still have some.'}
      </p>
      <p class="buttons">
        {hasFilters(view) && (
          <button type="button" class="primary" onClick={() => look(withoutFilters(view))}>
            Clear the filters
          </button>
        )}
        <button type="button" onClick={() => look({ range: 'all' })}>
          Show all time
        </button>
      </p>
    </section>
  )
}

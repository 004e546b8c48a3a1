import { useContext, useState } from 'preact/hooks'
import { isTimeZone, localDay } from '../../core/calendar.ts'
import { rangeText } from '../../core/dates.ts'
import { isDay } from '../../core/day.ts'
import { address, look } from '../navigation.ts'
import { daysOf, isPreset, moved, PRESETS } from '../../core/presets.ts'
import { useStore } from '../store.ts'
import { Surroundings } from '../surroundings.ts'
import { Dialog } from './dialog.tsx'

const CUSTOM = 'custom'

/** The range, and the one before and after it. */
export function RangePicker() {
  const { view } = useStore(address)
  const { now, zone } = useContext(Surroundings)
  const [isCustom, setCustom] = useState(false)
  const tz = view.tz ?? zone
  const today = localDay(now(), tz)
  const [before, after] = [moved(view.range, -1, today), moved(view.range, 1, today)]
  const isOwn = typeof view.range === 'object'
  const own = typeof view.range === 'object' ? rangeText(view.range, today, '–') : ''
  return (
    <div class="range">
      <button
        type="button"
        aria-label="The range before"
        disabled={before === undefined}
        onClick={() => before !== undefined && look({ range: before })}
      >
        ‹
      </button>
      <select
        aria-label="Range"
        value={typeof view.range === 'object' ? 'own' : view.range}
        onChange={(event) => {
          const { value } = event.currentTarget
          if (isPreset(value)) look({ range: value })
          else if (value === CUSTOM) {
            setCustom(true)
            event.currentTarget.value = typeof view.range === 'object' ? 'own' : view.range
          }
        }}
      >
        {isOwn && <option value="own">{own}</option>}
        {PRESETS.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
        <option value={CUSTOM}>Other days…</option>
      </select>
      <button
        type="button"
        aria-label="The range after"
        disabled={after === undefined}
        onClick={() => after !== undefined && look({ range: after })}
      >
        ›
      </button>
      <button
        type="button"
        class="quiet zone"
        title="Days begin at midnight of this zone"
        onClick={() => setCustom(true)}
      >
        <span class="only-read">Time zone </span>
        {tz}
      </button>
      {isCustom && (
        <CustomRange days={daysOf(view.range === 'all' ? '30d' : view.range, today)} onClose={() => setCustom(false)} />
      )}
    </div>
  )
}

function CustomRange({ days, onClose }: { readonly days: { from: string; to: string }; readonly onClose: () => void }) {
  const { view } = useStore(address)
  const [{ from, to }, setDays] = useState(days)
  const [tz, setZone] = useState(view.tz ?? '')
  const isValid = isDay(from) && isDay(to) && from <= to
  const isZone = tz === '' || isTimeZone(tz)
  // A range that moves with the clock goes on moving where only the zone was changed.
  const areDaysChanged = from !== days.from || to !== days.to
  return (
    <Dialog title="Days and time zone" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isValid || !isZone) return
          onClose()
          look({ tz: tz === '' ? undefined : tz, ...(areDaysChanged ? { range: { from, to } } : {}) })
        }}
      >
        <label>
          First day{' '}
          <input
            type="date"
            required
            value={from}
            onInput={(event) => setDays({ from: event.currentTarget.value, to })}
          />
        </label>
        <label>
          Last day{' '}
          <input
            type="date"
            required
            value={to}
            onInput={(event) => setDays({ from, to: event.currentTarget.value })}
          />
        </label>
        <label>
          Time zone{' '}
          <input
            list="zones"
            placeholder="this browser’s"
            value={tz}
            onInput={(event) => setZone(event.currentTarget.value.trim())}
          />
          <datalist id="zones">
            {Intl.supportedValuesOf('timeZone').map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </label>
        {!isValid && <p class="warn">▲ The last day comes before the first one.</p>}
        {!isZone && <p class="warn">▲ This is not a time zone such as Europe/Berlin.</p>}
        <button type="submit" class="primary" disabled={!isValid || !isZone}>
          Show
        </button>
      </form>
    </Dialog>
  )
}

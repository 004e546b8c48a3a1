import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import { localDay } from '../../core/calendar.ts'
import { GROUPINGS } from '../../core/grouping.ts'
import { METRICS } from '../../core/metric.ts'
import { FILTERS, hasFilters, toggleFilter, withoutFilters } from '../address.ts'
import { METRIC_TITLES } from '../amounts.ts'
import { askAgain } from '../answers.ts'
import { address, look } from '../navigation.ts'
import { moved, type Preset } from '../../core/presets.ts'
import { onShortcut } from '../shortcuts.ts'
import { useStore } from '../store.ts'
import { Surroundings } from '../surroundings.ts'
import { FilterDialog } from './filter-dialog.tsx'
import { RangePicker } from './range-picker.tsx'

const BY_TITLES = {
  model: 'by model',
  machine: 'by machine',
  project: 'by project',
  type: 'by token class',
  agent: 'by agent',
  version: 'by version',
  account: 'by account',
  none: 'undivided',
} as const

/** How all that is below is looked at: range, comparison, filters; and where there is a chart, what it shows. */
export function ControlRow({
  hasChart = false,
  hasRange = true,
  children,
}: {
  readonly hasChart?: boolean
  readonly hasRange?: boolean
  readonly children?: ComponentChildren
}) {
  const { view, ignored } = useStore(address)
  const [isFiltering, setFiltering] = useState(false)
  useViewShortcuts(hasChart, () => setFiltering(true))
  return (
    <section class="controls" aria-label="What is shown">
      {hasRange && <RangePicker />}
      {hasChart && (
        <button type="button" aria-pressed={view.compare} onClick={() => look({ compare: !view.compare })}>
          Compare
        </button>
      )}
      <FilterChips />
      <button type="button" onClick={() => setFiltering(true)}>
        <span aria-hidden="true">+ </span>Filter
      </button>
      <span class="push" />
      {hasChart && (
        <>
          <Choice
            label="What the bars show"
            value={view.metric}
            options={METRICS.map((metric) => [metric, METRIC_TITLES[metric]])}
            onChoose={(metric) => look({ metric })}
          />
          <Choice
            label="What each bar is divided by"
            value={view.by}
            options={GROUPINGS.map((by) => [by, BY_TITLES[by]])}
            onChoose={(by) => look({ by })}
          />
        </>
      )}
      {children}
      {isFiltering && <FilterDialog onClose={() => setFiltering(false)} />}
      {ignored.length > 0 && (
        <p class="notice" role="status">
          ▲ The address says {ignored.length === 1 ? 'something' : 'some things'} that mean
          {ignored.length === 1 ? 's' : ''} nothing here: <bdi>{ignored.map((one) => one.slice(0, 60)).join(', ')}</bdi>
        </p>
      )}
    </section>
  )
}

export function Choice<T extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [T, string])[]
  readonly onChoose: (value: T) => void
}) {
  return (
    <select aria-label={label} value={value} onChange={(event) => onChoose(event.currentTarget.value as T)}>
      {options.map(([name, title]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  )
}

function FilterChips() {
  const { view } = useStore(address)
  if (!hasFilters(view)) return null
  return (
    <ul class="chips" aria-label="Filters">
      {FILTERS.flatMap((name) =>
        view.filters[name].map((value) => (
          <li key={`${name} ${value}`}>
            <button type="button" class="chip" onClick={() => look(toggleFilter(view, name, value))}>
              {name}: <bdi>{value}</bdi> <span aria-hidden="true">×</span>
              <span class="only-read"> take this filter away</span>
            </button>
          </li>
        )),
      )}
      <li>
        <button type="button" class="quiet" onClick={() => look(withoutFilters(view))}>
          Clear
        </button>
      </li>
    </ul>
  )
}

const RANGE_KEYS: Readonly<Record<string, Preset>> = { 1: 'today', 2: '7d', 3: '30d', 4: '90d', 5: '12m', 0: 'all' }

function useViewShortcuts(hasChart: boolean, filter: () => void): void {
  const { now, zone } = useContext(Surroundings)
  useEffect(() => {
    const view = () => address.value.view
    const step = (by: -1 | 1) => {
      const range = moved(view().range, by, localDay(now(), view().tz ?? zone))
      if (range !== undefined) look({ range })
    }
    const stops = [
      ...Object.entries(RANGE_KEYS).map(([key, range]) => onShortcut(key, () => look({ range }))),
      onShortcut('[', () => step(-1)),
      onShortcut(']', () => step(1)),
      onShortcut('f', filter),
      onShortcut('r', askAgain),
      ...(hasChart
        ? [
            onShortcut('x', () => look({ compare: !view().compare })),
            onShortcut('b', () => look({ by: after(GROUPINGS, view().by) })),
            onShortcut('v', () => look({ metric: after(METRICS, view().metric) })),
          ]
        : []),
    ]
    return () => stops.forEach((stop) => stop())
  }, [hasChart])
}

function after<T>(values: readonly T[], value: T): T {
  return values[(values.indexOf(value) + 1) % values.length] as T
}

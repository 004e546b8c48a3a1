import { type Every, isTimeZone } from '../core/calendar.ts'
import { isDay, type Day } from '../core/day.ts'
import { type Grouping, GROUPINGS } from '../core/grouping.ts'
import { type Metric, METRICS } from '../core/metric.ts'
import { isPreset, type Preset } from '../core/presets.ts'

/** What the address bar says: which page, and how it is looked at. All of a view is in it, so that a link shows the same. */

export const PAGES = [
  'overview',
  'machines',
  'models',
  'projects',
  'sessions',
  'limits',
  'settings',
  'setup',
  'sign-in',
  'pair',
  'share',
] as const
export type Page = (typeof PAGES)[number]

export const FILTERS = ['machine', 'project', 'model', 'account'] as const
export type FilterName = (typeof FILTERS)[number]
export type Filters = Readonly<Record<FilterName, readonly string[]>>

export interface View {
  readonly range: Preset | { readonly from: Day; readonly to: Day }
  /** Is the period before drawn, too? */
  readonly compare: boolean
  readonly by: Grouping
  readonly metric: Metric
  /** Undefined: as long as suits the range. */
  readonly every: Every | undefined
  /** Undefined: the browser's. */
  readonly tz: string | undefined
  readonly filters: Filters
  /** The row that is opened: the id of a session, or of a machine. */
  readonly open: string | undefined
}

export interface Address {
  readonly page: Page
  readonly view: View
  /** Parameters that mean nothing and were passed over: `range=3x`. */
  readonly ignored: readonly string[]
}

const NO_FILTERS: Filters = { machine: [], project: [], model: [], account: [] }

export const DEFAULT_VIEW: View = {
  range: '30d',
  compare: false,
  by: 'model',
  metric: 'tokens',
  every: undefined,
  tz: undefined,
  filters: NO_FILTERS,
  open: undefined,
}

const EVERY = ['hour', 'day', 'week', 'month'] as const

/** Reads an address. Whatever it does not understand is left at its default and named. */
export function parseAddress(pathname: string, search: string): Address {
  const segment = pathname.slice(pathname.lastIndexOf('/') + 1)
  const page = segment === '' || segment === 'index.html' ? 'overview' : segment
  const ignored: string[] = []
  const parameters = new URLSearchParams(search)
  let view = DEFAULT_VIEW
  const [from, to] = [parameters.get('from'), parameters.get('to')]
  if (from !== null && to !== null && isDay(from) && isDay(to) && from <= to) view = { ...view, range: { from, to } }
  else for (const [name, day] of Object.entries({ from, to })) if (day !== null) ignored.push(`${name}=${day}`)
  for (const [name, value] of parameters) {
    if (name === 'from' || name === 'to') continue
    const read = readParameter(view, name, value)
    if (read === undefined) ignored.push(`${name}=${value}`)
    else view = read
  }
  if (!isPage(page)) return { page: 'overview', view, ignored: [segment, ...ignored] }
  return { page, view, ignored }
}

/** The address of a page, relative to any other page, so that it is right behind a reverse proxy's path too. */
export function addressOf(page: Page, view: View): string {
  const parameters = new URLSearchParams()
  const { range, compare, by, metric, every, tz, filters, open } = view
  if (typeof range === 'object') {
    parameters.set('from', range.from)
    parameters.set('to', range.to)
    // The overview without anything is how it was looked at last, so that no other address may say nothing.
  } else if (page === 'overview' || range !== DEFAULT_VIEW.range) parameters.set('range', range)
  if (compare) parameters.set('compare', 'previous')
  if (by !== DEFAULT_VIEW.by) parameters.set('by', by)
  if (metric !== DEFAULT_VIEW.metric) parameters.set('metric', metric)
  if (every !== undefined) parameters.set('every', every)
  if (tz !== undefined) parameters.set('tz', tz)
  for (const name of FILTERS) for (const value of filters[name]) parameters.append(name, value)
  if (open !== undefined) parameters.set('open', open)
  const search = parameters.toString()
  return `./${page === 'overview' ? '' : page}${search === '' ? '' : `?${search}`}`
}

/** The same view with a filter's value added, or taken away where it is there. */
export function toggleFilter(view: View, name: FilterName, value: string): View {
  const values = view.filters[name]
  const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value]
  return { ...view, filters: { ...view.filters, [name]: next }, open: undefined }
}

export function withoutFilters(view: View): View {
  return { ...view, filters: NO_FILTERS }
}

export function hasFilters({ filters }: View): boolean {
  return FILTERS.some((name) => filters[name].length > 0)
}

function readParameter(view: View, name: string, value: string): View | undefined {
  switch (name) {
    case 'range':
      return isPreset(value) ? { ...view, range: value } : undefined
    case 'compare':
      return value === 'previous' ? { ...view, compare: true } : undefined
    case 'by':
      return isOneOf(GROUPINGS, value) ? { ...view, by: value } : undefined
    case 'metric':
      return isOneOf(METRICS, value) ? { ...view, metric: value } : undefined
    case 'every':
      return isOneOf(EVERY, value) ? { ...view, every: value } : undefined
    case 'tz':
      return isTimeZone(value) ? { ...view, tz: value } : undefined
    case 'open':
      return { ...view, open: value }
    default:
      if (!isOneOf(FILTERS, name) || value === '' || view.filters[name].includes(value)) return undefined
      return { ...view, filters: { ...view.filters, [name]: [...view.filters[name], value] } }
  }
}

function isPage(text: string): text is Page {
  return isOneOf(PAGES, text)
}

function isOneOf<T extends string>(values: readonly T[], text: string): text is T {
  return (values as readonly string[]).includes(text)
}

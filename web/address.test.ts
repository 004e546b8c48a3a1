import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GROUPINGS } from '../core/grouping.ts'
import { METRICS } from '../core/metric.ts'
import { PRESETS } from '../core/presets.ts'
import { addressOf, DEFAULT_VIEW, PAGES, parseAddress, toggleFilter, type View } from './address.ts'

const anyName = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((name) => name.isWellFormed())
const anyDay = fc.constantFrom('2025-12-31', '2026-01-01', '2026-02-28', '2026-11-22')

const anyView: fc.Arbitrary<View> = fc.record({
  range: fc.oneof(
    fc.constantFrom(...PRESETS.map(([name]) => name)),
    fc.tuple(anyDay, anyDay).map((days) => ({ from: days.toSorted()[0] as string, to: days.toSorted()[1] as string })),
  ),
  compare: fc.boolean(),
  by: fc.constantFrom(...GROUPINGS),
  metric: fc.constantFrom(...METRICS),
  every: fc.constantFrom(undefined, 'hour', 'day', 'week', 'month'),
  tz: fc.constantFrom(undefined, 'UTC', 'Asia/Kathmandu'),
  filters: fc.record({
    machine: fc.uniqueArray(anyName, { maxLength: 3 }),
    project: fc.uniqueArray(anyName, { maxLength: 3 }),
    model: fc.uniqueArray(anyName, { maxLength: 3 }),
    account: fc.uniqueArray(anyName, { maxLength: 3 }),
  }),
  open: fc.option(anyName, { nil: undefined }),
})

describe('the address', () => {
  test('says all of a view, whatever names are in it, behind any path of a proxy', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PAGES),
        anyView,
        fc.constantFrom('/', '/usage/', '/a/b/'),
        (page, view, prefix) => {
          const url = new URL(addressOf(page, view), `https://nas.example${prefix}sessions?x=1`)
          expect(url.pathname.startsWith(prefix)).toBe(true)
          expect(parseAddress(url.pathname, url.search)).toEqual({ page, view, ignored: [] })
        },
      ),
    )
  })

  test('of a plain overview names its range alone: a link shows the same whatever the default was', () => {
    expect(addressOf('overview', DEFAULT_VIEW)).toBe('./?range=30d')
  })

  test('never fails, and names what it passed over', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, search) => {
        expect(PAGES).toContain(parseAddress(`/${path}`, `?${search}`).page)
      }),
    )
    const { page, view, ignored } = parseAddress('/nowhere', '?from=2026-02-30&to=2026-03-01&every=minute&tz=Mars')
    expect([page, view]).toEqual(['overview', DEFAULT_VIEW])
    expect(ignored).toEqual(['nowhere', 'from=2026-02-30', 'to=2026-03-01', 'every=minute', 'tz=Mars'])
  })

  test('takes a filter in and out again', () => {
    const filtered = toggleFilter(DEFAULT_VIEW, 'machine', 'studio')
    expect(filtered.filters.machine).toEqual(['studio'])
    expect(toggleFilter(filtered, 'machine', 'studio')).toEqual(DEFAULT_VIEW)
  })
})

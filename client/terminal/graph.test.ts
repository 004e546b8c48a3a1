import { describe, expect, test } from 'vitest'
import { type Column, columnsLine, fittingColumns } from './columns.ts'
import { type Graph, graphLines } from './graph.ts'
import { styleFor } from './style.ts'

function styleOf(columns: number) {
  return styleFor({ write: () => {}, isTTY: true, columns }, { env: { NO_COLOR: '1' } })
}

function column(heading: string, more: Partial<Column> = {}): Column {
  return { heading, cells: ['1', '22'], total: '23', width: 8, ...more }
}

describe('columns', () => {
  const all = [
    column('tokens'),
    column('output', { rank: 3 }),
    column('cached', { rank: 2 }),
    column('sess', { rank: 1 }),
  ]
  const headings = (room: number) => fittingColumns(all, room).map(({ heading }) => heading)

  test('leave whole, the lowest rank first', () => {
    expect(headings(32)).toEqual(['tokens', 'output', 'cached', 'sess'])
    expect(headings(31)).toEqual(['tokens', 'output', 'cached'])
    expect(headings(23)).toEqual(['tokens', 'output'])
    expect(headings(15)).toEqual(['tokens'])
  })

  test('without a rank never leave', () => {
    expect(headings(1)).toEqual(['tokens'])
  })

  test('grow with their longest number', () => {
    const wide = column('tokens', { total: '1,000,000,000' })
    expect(columnsLine([wide], ({ total }) => total)).toBe('  1,000,000,000')
    expect(columnsLine([wide], ({ heading }) => heading)).toBe('         tokens')
  })
})

describe('a graph', () => {
  const graph: Graph = {
    rows: [
      { label: 'Mon', isNow: false, parts: [{ fill: 'first', amount: 3 }] },
      { label: 'Tue', isNow: true, parts: [] },
    ],
    legend: [{ fill: 'first', name: 'opus' }],
    columns: [column('tokens', { cells: ['3', '-'], total: '3' })],
  }

  test('has a row each, a rule below its numbers, and the legend beside the total', () => {
    expect(graphLines(graph, styleOf(40)).join('\n')).toMatchInlineSnapshot(`
      "                                  tokens
      Mon   ████████████████████████         3
      Tue   ·                                -
                                      ────────
      Total █ opus                           3"
    `)
  })

  test('shortens names before it gives the legend another line', () => {
    const legend = (['first', 'second'] as const).map((fill) => ({ fill, name: `${fill}-of-two-long-names` }))
    const linesAt = (width: number) =>
      graphLines({ ...graph, legend }, styleOf(width))
        .slice(4)
        .join('\n')
    expect(linesAt(80)).toMatchInlineSnapshot(
      `"Total █ first-of-two-long-names   ▓ second-of-two-long-names                   3"`,
    )
    expect(linesAt(60)).toMatchInlineSnapshot(`"Total █ first-of-…ng-names   ▓ second-of…ng-names          3"`)
    expect(linesAt(45)).toMatchInlineSnapshot(`
      "Total █ first-of-two-long-names             3
            ▓ second-of-two-long-names"
    `)
  })
})

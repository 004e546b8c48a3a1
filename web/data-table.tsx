import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  /** What rows are sorted by; without it the column does not sort. */
  readonly sortBy?: (row: Row) => number | string
  readonly isNumber?: boolean
  /** 1 stays longest; columns of a greater number leave first where there is little room. Without it, always there. */
  readonly leaves?: 1 | 2 | 3
}

/** Rows with columns that sort, of which the less important leave a narrow screen. The first column names the row. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  keyOf,
  sorted,
  opened,
}: {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Title of the column that rows come sorted by, the largest first. */
  readonly sorted?: string
  /** Key of the row whose detail is open. */
  readonly opened?: string | undefined
}) {
  const [order, setOrder] = useState<{ title: string; direction: 'ascending' | 'descending' } | undefined>(
    sorted === undefined ? undefined : { title: sorted, direction: 'descending' },
  )
  const by = columns.find(({ title }) => title === order?.title)?.sortBy
  const shown =
    by === undefined
      ? rows
      : rows.toSorted((a, b) => compare(by(a), by(b)) * (order?.direction === 'ascending' ? 1 : -1))
  const turn = (title: string, startsUp: boolean) =>
    setOrder(({ title: last, direction } = { title: '', direction: 'ascending' }) => ({
      title,
      direction:
        last === title
          ? direction === 'ascending'
            ? 'descending'
            : 'ascending'
          : startsUp
            ? 'ascending'
            : 'descending',
    }))
  return (
    <table class="rows" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ title, sortBy, isNumber, leaves }, i) => (
            <th
              key={title}
              scope="col"
              class={cellClass({ isNumber, leaves })}
              aria-sort={order?.title === title && sortBy !== undefined ? order.direction : undefined}
            >
              {sortBy === undefined ? (
                title
              ) : (
                <button type="button" class="sort" onClick={() => turn(title, i === 0)}>
                  {title}
                  <span aria-hidden="true">
                    {order?.title === title ? (order.direction === 'ascending' ? ' ↑' : ' ↓') : ''}
                  </span>
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <tr key={keyOf(row)} class={keyOf(row) === opened ? 'opened' : undefined}>
            {columns.map(({ title, cell, isNumber, leaves }, i) =>
              i === 0 ? (
                <th key={title} scope="row" class={cellClass({ leaves })}>
                  {cell(row)}
                </th>
              ) : (
                <td key={title} class={cellClass({ isNumber, leaves })}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function cellClass({ isNumber, leaves }: { isNumber?: boolean | undefined; leaves?: number | undefined }): string {
  return [isNumber ? 'number' : '', leaves === undefined ? '' : `leaves-${leaves}`].filter(Boolean).join(' ')
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))
}

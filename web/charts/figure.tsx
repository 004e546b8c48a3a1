import type { ComponentChildren } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { onShortcut } from '../shortcuts.ts'

export interface FigureTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A chart with its title, one sentence of what it shows, and the same numbers as a table for whoever wants that. */
export function Figure({
  title,
  note,
  summary,
  table,
  aside,
  children,
}: {
  readonly title: string
  /** Beside the title, smaller: `as of 20:34, from studio`. */
  readonly note?: string | undefined
  readonly summary: string
  readonly table: () => FigureTable
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
}) {
  const id = useId()
  const [isTable, setTable] = useState(false)
  useEffect(() => onShortcut('.', () => setTable((before) => !before)), [])
  return (
    <figure class="card" aria-labelledby={`${id}-title`} aria-describedby={`${id}-summary`}>
      <figcaption class="card-head">
        <h2 id={`${id}-title`}>
          {title} {note !== undefined && <small>{note}</small>}
        </h2>
        <p id={`${id}-summary`} class="only-read">
          {summary}
        </p>
      </figcaption>
      {isTable ? <PlainTable title={title} {...table()} /> : children}
      <div class="card-foot">
        {!isTable && aside}
        <button type="button" class="quiet push" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'Show as chart' : 'Show as table'}
        </button>
      </div>
    </figure>
  )
}

/** Rows of text, scrolled where they are too many or too wide. */
export function PlainTable({ title, columns, rows }: FigureTable & { readonly title: string }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table class="rows">
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest], i) => (
            <tr key={i}>
              <th scope="row">{first}</th>
              {rest.map((cell, column) => (
                <td key={column} class="number">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

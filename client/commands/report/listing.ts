import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { headerLines } from '../../terminal/header.ts'
import { paint, type Style, styleFor } from '../../terminal/style.ts'
import { type TableBars, type TableColumn, tableLines } from '../../terminal/table.ts'
import { flow } from '../../terminal/text.ts'
import { formatOf, type ReportOptions } from './options.ts'
import { csv, json, markdown, type Rows, tsv } from '../../../core/table-text.ts'

/** What a command found: for programs as rows and as the answer itself, for people as a table with words around it. */
export interface Listing {
  readonly rows: Rows
  /** The answer as the API gives it. */
  readonly document: Readonly<Record<string, unknown>>
  readonly title: readonly string[]
  /** Zone or time, at the right of the title. */
  readonly right: string
  readonly isEmpty: boolean
  readonly table: (style: Style) => { readonly columns: readonly TableColumn[]; readonly bars?: TableBars }
  /** Sentences between title and table. */
  readonly lead?: (style: Style) => string[]
  /** The same, to be read aloud. */
  readonly spokenLead?: (style: Style) => string[]
  /** Sentences below the table; where there is nothing, what to do. */
  readonly notes: (style: Style) => string[]
}

/** Beyond this a number stands too far from the row it belongs to. */
const WIDEST = 160

/** Prints what was found in the form that someone, or what stands behind a pipe, asked for. */
export function printListing(listing: Listing, options: ReportOptions, surroundings: Surroundings): ExitCode {
  const { stdout, stderr } = surroundings
  const format = formatOf(options, surroundings)
  switch (format) {
    case 'json':
      stdout.write(json(listing.document, stdout.isTTY ? 2 : 0))
      return 0
    case 'csv':
    case 'markdown':
    case 'tsv':
      stdout.write({ csv, markdown, tsv }[format](listing.rows))
      if (listing.isEmpty && !options.quiet)
        stderr.write(`${listing.notes(styleFor(stderr, surroundings)).join(' ')}\n`)
      return 0
    case 'sentences':
    case 'screen': {
      const terminal = styleFor(stdout, surroundings, options)
      const style = { ...terminal, width: Math.min(terminal.width, WIDEST) }
      const lines = format === 'screen' ? screenLines(listing, options, style) : spokenLines(listing, options, style)
      stdout.write(lines.map((line) => `${line}\n`).join(''))
      return 0
    }
  }
}

function screenLines(listing: Listing, { quiet }: ReportOptions, style: Style): string[] {
  const header = [...headerLines(listing.title, listing.right, style), '']
  const notes = listing.notes(style).flatMap((sentence) => flow([sentence], style.width))
  if (listing.isEmpty) return [...header, ...notes]
  const { columns, bars } = listing.table(style)
  const lead = listing.lead?.(style) ?? []
  const hasRows = (columns[0]?.cells.length ?? 0) > 0
  const lines = [...header, ...lead, ...(hasRows ? tableLines(columns, style, bars) : [])]
  return quiet ? lines : [...lines, '', ...notes.map((line) => paint(line, 'dim', style))]
}

/** To be read aloud: each row as its headings with its cells. */
function spokenLines(listing: Listing, { quiet }: ReportOptions, style: Style): string[] {
  const title = `${[...listing.title, listing.right].filter((piece) => piece !== '').join(', ')}.`
  const notes = listing.notes(style)
  if (listing.isEmpty) return [title, ...notes]
  const { columns } = listing.table(style)
  const rows = Array.from({ length: columns[0]?.cells.length ?? 0 }, (_, i) => {
    const [name, ...rest] = columns.map(({ heading, cells }) => {
      const cell = (cells[i] ?? '').trim()
      return cell === '' || cell === '-' || /[▁-█]/.test(cell) ? '' : `${heading.toLowerCase()} ${cell}`.trim()
    })
    return `${[name, ...rest].filter((part) => part !== '').join(', ')}.`
  })
  return [title, ...(listing.spokenLead?.(style) ?? []), ...rows, ...(quiet ? [] : notes)]
}

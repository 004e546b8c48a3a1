import { useEffect } from 'preact/hooks'
import { csv, type Rows } from '../../core/table-text.ts'
import { onShortcut } from '../shortcuts.ts'

/** Downloads what is shown, as the terminal's `--csv` would print it. */
export function ExportButton({ name, rows }: { readonly name: string; readonly rows: () => Rows | undefined }) {
  const save = () => {
    const shown = rows()
    if (shown !== undefined) download(`${name}.csv`, csv(shown), 'text/csv;charset=utf-8')
  }
  useEffect(() => onShortcut('e', save))
  return (
    <button type="button" onClick={save}>
      Export<span class="only-read"> as CSV</span>
    </button>
  )
}

function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

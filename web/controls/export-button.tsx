import { useEffect } from 'preact/hooks'
import { csv, type Rows } from '../../core/table-text.ts'
import type { Question } from '../question.ts'
import { onShortcut } from '../shortcuts.ts'
import { ownAnswer, type Shown } from '../use-report.ts'

/** Downloads what is shown, as the terminal's `--csv` would print it; never an answer to an earlier question. */
export function ExportButton<T>({
  name,
  question,
  shown,
  rows,
}: {
  readonly name: string
  readonly question: Question
  readonly shown: Shown<T>
  readonly rows: (answer: T) => Rows
}) {
  const answer = ownAnswer(shown)
  const save = () => {
    if (answer === undefined) return
    download(`${name}-${question.from}-${question.to}.csv`, csv(rows(answer)), 'text/csv;charset=utf-8')
  }
  useEffect(() => onShortcut('e', save))
  return (
    <button type="button" disabled={answer === undefined} onClick={save}>
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

import type { AnswerOf } from '../../core/report-specs.ts'
import { usageRows } from '../../core/report-rows.ts'
import type { View } from '../address.ts'
import { ExportButton } from '../controls/export-button.tsx'
import { type Question, rangeOf } from '../question.ts'
import { type Shown, useReport } from '../use-report.ts'

interface Exported {
  readonly view: View
  readonly question: Question
  readonly shown: Shown<AnswerOf<'overview'>>
}

/** Saves what the chart shows, and the period before beside it where that is shown, too. */
export function ExportUsage({ view, question, shown }: Exported) {
  if (view.compare && !question.isAllTime) return <ExportCompared view={view} question={question} />
  return <ExportButton name="usage" question={question} shown={shown} rows={rowsAlone} />
}

/** The first screen knows sums of the period before alone: its groups are asked for where someone compares. */
function ExportCompared({ view, question }: Omit<Exported, 'shown'>) {
  const query = { ...rangeOf(question), by: view.by, every: question.every, compare: 'previous' } as const
  return <ExportButton name="usage" question={question} shown={useReport('usage', query)} rows={usageRows} />
}

function rowsAlone({ previous: _sums, ...answer }: AnswerOf<'overview'>) {
  return usageRows(answer)
}

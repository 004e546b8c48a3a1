import type { AnswerOf } from '../../core/report-specs.ts'
import { ControlRow } from '../controls/control-row.tsx'
import { ShareButton } from '../controls/share-button.tsx'
import { hasFilters } from '../address.ts'
import { PlanCard } from '../limits/plan-card.tsx'
import { ExportUsage } from '../overview/export-usage.tsx'
import { FirstRun } from '../overview/first-run.tsx'
import { HoursCard } from '../overview/hours-card.tsx'
import { MachinesCard } from '../overview/machines-card.tsx'
import { TopCard } from '../overview/top-card.tsx'
import { Tiles } from '../overview/tiles.tsx'
import { UsageChart } from '../overview/usage-chart.tsx'
import { YearCard } from '../overview/year-card.tsx'
import { Footnotes } from '../overview/footnotes.tsx'
import { NothingHere } from '../overview/nothing-here.tsx'
import { useMemo } from 'preact/hooks'
import { type Question, rangeOf } from '../question.ts'
import { Answered } from '../states.tsx'
import { useQuestion } from '../use-question.ts'
import { useReport } from '../use-report.ts'

/** The first screen. All that is seen of it is one answer. */
export function Overview() {
  const { view, question } = useQuestion()
  const query = { ...rangeOf(question), by: view.by, every: question.every }
  const shown = useReport('overview', query)
  return (
    <>
      <h1 class="only-read">Overview</h1>
      <ControlRow hasChart>
        <ShareButton />
        <ExportUsage view={view} question={question} shown={shown} />
      </ControlRow>
      <Answered shown={shown}>
        {(answer) =>
          isFirstRun(answer) && !hasFilters(view) ? (
            <FirstRun />
          ) : (
            <>
              <Tiles answer={answer} view={view} question={question} />
              {answer.totals.total_tokens + answer.totals.estimated_tokens === 0 ? (
                <NothingHere />
              ) : (
                <UsageChart answer={answer} view={view} question={question} />
              )}
              <BelowTheChart answer={answer} question={question} />
            </>
          )
        }
      </Answered>
    </>
  )
}

/** Has no machine ever told anything? */
function isFirstRun({ machines, totals, heatmap }: AnswerOf<'overview'>): boolean {
  const events = machines.reduce((sum, machine) => sum + machine.event_count, 0)
  return events + totals.total_tokens + totals.estimated_tokens + heatmap.active_days === 0
}

/** What does not change with the metric, nor with how bars are divided: drawn anew for another answer only. */
function BelowTheChart({ answer, question }: { readonly answer: AnswerOf<'overview'>; readonly question: Question }) {
  return useMemo(
    () => (
      <>
        <div class="columns">
          <MachinesCard answer={answer} question={question} />
          {answer.limits.length > 0 && <PlanCard limits={answer.limits} question={question} />}
          <TopCard answer={answer} kind="project" />
          <TopCard answer={answer} kind="model" />
        </div>
        <YearCard answer={answer} question={question} />
        {answer.totals.total_tokens > 0 && <HoursCard totals={answer.totals} question={question} />}
        <Footnotes answer={answer} question={question} />
      </>
    ),
    [answer, question],
  )
}

import { ControlRow } from '../controls/control-row.tsx'
import { ExportButton } from '../controls/export-button.tsx'
import { blockRows } from '../../core/report-rows.ts'
import { PeaksCard, PlanCard } from '../limits/plan-card.tsx'
import { BlocksCard } from '../limits/blocks-card.tsx'
import { NothingHere } from '../overview/nothing-here.tsx'
import { rangeOf } from '../question.ts'
import { Answered } from '../states.tsx'
import { useQuestion } from '../use-question.ts'
import { useReport } from '../use-report.ts'

/** The limits of the plans, where Claude Code has told them, and the blocks that logs alone can tell. */
export function Limits() {
  const { question } = useQuestion()
  const blocks = useReport('blocks', rangeOf(question))
  const { account } = question.filters
  const limits = useReport('limits', account === undefined ? {} : { account })
  return (
    <>
      <div class="page-head">
        <h1>Limits</h1>
      </div>
      <ControlRow>
        <ExportButton name="blocks" question={question} shown={blocks} rows={blockRows} />
      </ControlRow>
      <Answered shown={limits} skeleton={<div class="card" />}>
        {(answer) => (
          <>
            <PlanCard limits={answer.limits} question={question} />
            <PeaksCard answer={answer} question={question} />
          </>
        )}
      </Answered>
      <Answered shown={blocks}>
        {(answer) =>
          answer.blocks.length === 0 ? <NothingHere /> : <BlocksCard answer={answer} question={question} />
        }
      </Answered>
    </>
  )
}

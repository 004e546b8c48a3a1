import { useMemo } from 'preact/hooks'
import { addDays } from '../../core/day.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import { MachineCard } from '../machines/machine-card.tsx'
import { AddMachine } from '../machines/add-machine.tsx'
import { ControlRow } from '../controls/control-row.tsx'
import { ExportButton } from '../controls/export-button.tsx'
import { machineRows } from '../../core/report-rows.ts'
import { Answered, WhatWentWrong } from '../states.tsx'
import { rangeOf } from '../question.ts'
import { useQuestion } from '../use-question.ts'
import { type Shown, useReport } from '../use-report.ts'

/** So many days of coverage are drawn, up to the end of the range. */
const STRIP_DAYS = 90

/** A card for each machine, all on one scale, those that need someone first. */
export function Machines() {
  const { question } = useQuestion()
  const range = rangeOf(question)
  const machines = useReport('machines', range)
  const usage = useReport('usage', { ...range, by: 'machine', every: question.every })
  const coverage = useReport('coverage', {
    from: addDays(question.to, 1 - STRIP_DAYS),
    to: question.to,
    tz: question.tz,
    ...question.filters,
  })
  return (
    <>
      <div class="page-head">
        <h1>Machines</h1>
      </div>
      <ControlRow>
        <ExportButton name="machines" question={question} shown={machines} rows={machineRows} />
      </ControlRow>
      <WhatWentWrong shown={usage} />
      <WhatWentWrong shown={coverage} />
      <Answered shown={machines}>{(answer) => <Cards answer={answer} usage={usage} coverage={coverage} />}</Answered>
      <AddMachine />
    </>
  )
}

function Cards({
  answer,
  usage,
  coverage,
}: {
  readonly answer: AnswerOf<'machines'>
  readonly usage: Shown<AnswerOf<'usage'>>
  readonly coverage: Shown<AnswerOf<'coverage'>>
}) {
  const { question } = useQuestion()
  const total = answer.machines.reduce((sum, { total_tokens }) => sum + total_tokens, 0)
  const strips = useMemo(
    () => new Map(coverage.answer?.machines.map((row) => [row.machine, row.days])),
    [coverage.answer],
  )
  const highest = useMemo(() => highestPeriod(usage.answer), [usage.answer])
  const active = answer.machines.filter(({ is_active }) => is_active)
  const hidden = answer.machines.filter(({ is_active }) => !is_active)
  const card = (machine: AnswerOf<'machines'>['machines'][number]) => (
    <MachineCard
      key={machine.machine}
      machine={machine}
      total={total}
      usage={usage.answer}
      highest={highest}
      days={strips.get(machine.machine)}
      now={question.now}
      zone={question.tz}
    />
  )
  return (
    <>
      <section class="cards" aria-label="Machines">
        {active.toSorted((a, b) => b.total_tokens - a.total_tokens).map(card)}
      </section>
      {active.length === 0 && <p class="card empty">No machine fits.</p>}
      {hidden.length > 0 && (
        <details>
          <summary>Archived: {hidden.length}. In no total, kept all the same.</summary>
          <section class="cards">{hidden.map(card)}</section>
        </details>
      )}
    </>
  )
}

/** The highest bar of any machine: all are drawn on one scale. */
function highestPeriod(usage: AnswerOf<'usage'> | undefined): number {
  return Math.max(1, ...(usage?.rows.map((row) => row.total_tokens) ?? []))
}

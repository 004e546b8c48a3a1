import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { addDays } from '../../core/day.ts'
import { type ListedMachine, listedMachines } from '../../core/machines.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import { MachineCard } from '../machines/machine-card.tsx'
import { AddMachine } from '../machines/add-machine.tsx'
import { ChangesCard } from '../machines/changes-card.tsx'
import { ManageDialog } from '../machines/manage-dialog.tsx'
import { Management, useListings } from '../machines/management.tsx'
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
  const known = useListings()
  const [managed, setManaged] = useState<string | undefined>(undefined)
  const total = answer.machines.reduce((sum, { total_tokens }) => sum + total_tokens, 0)
  const strips = useMemo(
    () => new Map(coverage.answer?.machines.map((row) => [row.machine, row.days])),
    [coverage.answer],
  )
  const highest = useMemo(() => highestPeriod(usage.answer), [usage.answer])
  const active = answer.machines.filter(({ is_active, is_archived }) => is_active && !is_archived)
  const archived = answer.machines.filter(({ is_active, is_archived }) => is_active && is_archived)
  const hidden = answer.machines.filter(({ is_active }) => !is_active)
  const card = (listed: ListedMachine) => (
    <MachineCard
      key={listed.row.machine}
      listed={listed}
      total={total}
      usage={usage.answer}
      highest={highest}
      days={listed.names.length > 1 ? undefined : strips.get(listed.row.machine)}
      now={question.now}
      zone={question.tz}
    >
      {listed.names.length === 1 && (
        <Management listing={known.get(listed.row.machine)} open={() => setManaged(listed.row.machine)} />
      )}
    </MachineCard>
  )
  const machine = managed === undefined ? undefined : known.get(managed)
  return (
    <>
      <section class="cards" aria-label="Machines">
        {listedMachines(active)
          .toSorted((a, b) => b.row.total_tokens - a.row.total_tokens)
          .map(card)}
      </section>
      {active.length === 0 && <p class="card empty">No machine fits.</p>}
      <Folded title="Archived" words="They count, and nothing is expected of them." machines={archived} card={card} />
      <Folded title="Hidden" words="In no total, kept all the same." machines={hidden} card={card} />
      {machine !== undefined && (
        <ManageDialog
          machine={machine}
          others={[...known.values()].filter(({ id, erased_after }) => id !== machine.id && erased_after === null)}
          onClose={() => setManaged(undefined)}
        />
      )}
      {known.size > 0 && <ChangesCard question={question} />}
    </>
  )
}

function Folded({
  title,
  words,
  machines,
  card,
}: {
  readonly title: string
  readonly words: string
  readonly machines: AnswerOf<'machines'>['machines']
  readonly card: (listed: ListedMachine) => ComponentChildren
}) {
  if (machines.length === 0) return null
  return (
    <details>
      <summary>
        {title}: {machines.length}. {words}
      </summary>
      <section class="cards">{listedMachines(machines).map(card)}</section>
    </details>
  )
}

/** The highest bar of any machine: all are drawn on one scale. */
function highestPeriod(usage: AnswerOf<'usage'> | undefined): number {
  return Math.max(1, ...(usage?.rows.map((row) => row.total_tokens) ?? []))
}

import { changeText } from '../../api/machine-words.ts'
import type { MachineChangeRow } from '../../api/machines.ts'
import { MACHINE_CHANGES_PATH } from '../../api/paths.ts'
import { askAgain } from '../answers.ts'
import { ConfirmButton } from '../confirm-button.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { dateTime } from '../format-time.ts'
import type { Question } from '../question.ts'
import { request } from '../request.ts'
import { Answered } from '../states.tsx'
import { usePath } from '../use-report.ts'

/** What was changed of machines, and can be taken back. */
export function ChangesCard({ question }: { readonly question: Question }) {
  const shown = usePath<{ changes: MachineChangeRow[] }>(MACHINE_CHANGES_PATH)
  return (
    <Answered shown={shown} skeleton={<span />}>
      {({ changes }) =>
        changes.length > 0 && (
          <section class="card" aria-labelledby="changes-title">
            <div class="card-head">
              <h2 id="changes-title">Changes of machines</h2>
            </div>
            <DataTable
              label="Changes of machines"
              columns={columnsFor(question)}
              rows={changes}
              keyOf={({ id }) => String(id)}
            />
          </section>
        )
      }
    </Answered>
  )
}

function columnsFor({ tz, now }: Question): Column<MachineChangeRow>[] {
  return [
    { title: 'What', cell: (change) => <bdi>{changeText(change)}</bdi> },
    { title: 'When', cell: ({ at }) => dateTime(Date.parse(at), tz, now) },
    { title: 'By', cell: ({ by }) => <bdi>{by}</bdi>, leaves: 1 },
    {
      title: 'Undo',
      cell: (change) => <Undo change={change} question={{ tz, now }} />,
      isNumber: true,
    },
  ]
}

function Undo({
  change,
  question: { tz, now },
}: {
  readonly change: MachineChangeRow
  readonly question: Pick<Question, 'tz' | 'now'>
}) {
  if (change.undone_at !== null)
    return <span class="dim">taken back {dateTime(Date.parse(change.undone_at), tz, now)}</span>
  if (!change.can_undo) return <span class="dim">-</span>
  return (
    <ConfirmButton
      question="Take it back"
      run={() => request('POST', `${MACHINE_CHANGES_PATH}/${change.id}/undo`).then(askAgain)}
    >
      Undo<span class="only-read"> {changeText(change)}</span>
    </ConfirmButton>
  )
}

import { ago, compactCount, percent } from '../../core/format.ts'
import type { AnswerOf, MachineRow } from '../../core/report-specs.ts'
import { isStale, listedMachines } from '../../core/machines.ts'
import { costOf } from '../amounts.ts'
import { ShareBar } from '../charts/share-bar.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { useContext } from 'preact/hooks'
import { Viewer } from '../viewer.ts'
import { LoginLine } from '../login-line.tsx'
import { FilterLink } from '../name.tsx'
import type { Question } from '../question.ts'

/** With more of them, the plan's limits beside them would stand alone in a long column. */
const MOST_BESIDE = 6

/** Who used how much, and who has not been heard of. */
export function MachinesCard({
  answer,
  question,
}: {
  readonly answer: AnswerOf<'overview'>
  readonly question: Question
}) {
  const { isReadOnly, hasCost } = useContext(Viewer)
  const machines = listedMachines(answer.machines.filter(({ is_active }) => is_active)).map(({ row }) => row)
  const total = answer.totals.total_tokens
  const isWide = answer.limits.length === 0 || machines.length > MOST_BESIDE
  const columns: Column<MachineRow>[] = [
    {
      title: 'Machine',
      cell: ({ hostname }) => <FilterLink name="machine" value={hostname} />,
      sortBy: ({ hostname }) => hostname,
    },
    { title: 'Share', cell: (row) => <Share part={row.total_tokens} whole={total} />, leaves: 1 },
    {
      title: 'Tokens',
      cell: (row) => compactCount(row.total_tokens),
      sortBy: (row) => row.total_tokens,
      isNumber: true,
    },
    { title: 'Cost', cell: costOf, sortBy: (row) => Number(row.cost_usd ?? 0), isNumber: true },
    {
      title: 'Last sync',
      cell: (row) => <LastSync machine={row} now={question.now} />,
      sortBy: (row) => row.last_sync,
      isNumber: true,
    },
  ]
  return (
    <section class={isWide ? 'card wide' : 'card'} aria-labelledby="machines-title">
      <div class="card-head">
        <h2 id="machines-title">Machines</h2>
      </div>
      <DataTable
        label="Machines"
        columns={columns.filter(({ title }) => hasCost || title !== 'Cost')}
        rows={machines}
        keyOf={({ machine }) => machine}
        sorted="Tokens"
      />
      {machines.length < 2 && !isReadOnly && (
        <>
          <p class="dim">Only this machine so far. On another one:</p>
          <LoginLine />
        </>
      )}
    </section>
  )
}

export function Share({ part, whole }: { readonly part: number; readonly whole: number }) {
  return (
    <span class="share">
      <ShareBar share={whole === 0 ? 0 : part / whole} />
      <span class="number">{part === 0 ? '-' : percent(part, whole)}</span>
    </span>
  )
}

export function LastSync({ machine, now }: { readonly machine: MachineRow; readonly now: number }) {
  const when = ago(Math.max(0, now - Date.parse(machine.last_sync)))
  return isStale(machine, now) ? <span class="warn">▲ {when}</span> : <span>{when}</span>
}

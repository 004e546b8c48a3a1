import { compactCount } from '../../core/format.ts'
import { groupNames } from '../../core/group-names.ts'
import type { AnswerOf, UsageSums } from '../../core/report-specs.ts'
import { addressOf } from '../address.ts'
import { costOf } from '../amounts.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { address, viewForAnotherPage } from '../navigation.ts'
import { useContext } from 'preact/hooks'
import { Viewer } from '../viewer.ts'
import { FilterLink } from '../name.tsx'
import { Share } from './machines-card.tsx'

const SHOWN = 5
const PAGE = { project: 'projects', model: 'models' } as const

/** The largest projects or models. Clicking one shows only it. */
export function TopCard({
  answer,
  kind,
}: {
  readonly answer: AnswerOf<'overview'>
  readonly kind: 'project' | 'model'
}) {
  const { isReadOnly, hasCost } = useContext(Viewer)
  const rows: (UsageSums & { readonly name: string })[] =
    kind === 'project'
      ? answer.projects.map((row) => ({ ...row, name: row.project }))
      : answer.models.map((row) => ({ ...row, name: row.model }))
  const used = rows.filter((row) => row.total_tokens > 0)
  if (used.length < 2) return null
  const names = groupNames(
    used.map(({ name }) => name),
    kind,
  )
  const title = kind === 'project' ? 'Top projects' : 'Top models'
  const columns: Column<(typeof rows)[number]>[] = [
    {
      title: kind === 'project' ? 'Project' : 'Model',
      cell: ({ name }) => (
        <FilterLink name={kind} value={name}>
          {names.get(name) ?? name}
        </FilterLink>
      ),
    },
    { title: 'Share', cell: (row) => <Share part={row.total_tokens} whole={answer.totals.total_tokens} />, leaves: 1 },
    { title: 'Tokens', cell: (row) => compactCount(row.total_tokens), isNumber: true },
    { title: 'Cost', cell: costOf, isNumber: true },
  ]
  return (
    <section class="card" aria-labelledby={`top-${kind}`}>
      <div class="card-head">
        <h2 id={`top-${kind}`}>{title}</h2>
        {!isReadOnly && (
          <a class="push" href={addressOf(PAGE[kind], viewForAnotherPage(address.value.view))} data-in-page>
            All<span class="only-read"> {PAGE[kind]}</span>
          </a>
        )}
      </div>
      <DataTable
        label={title}
        columns={columns.filter(({ title }) => hasCost || title !== 'Cost')}
        rows={used.slice(0, SHOWN)}
        keyOf={({ name }) => name}
      />
    </section>
  )
}

import { ago, compactCount, counted } from '../../core/format.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import { projectRows } from '../../core/report-rows.ts'
import { costOf } from '../amounts.ts'
import { ControlRow } from '../controls/control-row.tsx'
import { ExportButton } from '../controls/export-button.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { FilterLink } from '../name.tsx'
import { NothingHere } from '../overview/nothing-here.tsx'
import { Share } from '../overview/machines-card.tsx'
import { rangeOf } from '../question.ts'
import { Answered } from '../states.tsx'
import { useQuestion } from '../use-question.ts'
import { useReport } from '../use-report.ts'

type ProjectRow = AnswerOf<'projects'>['projects'][number]

/** So many names of machines stand in a row; the others are counted. */
const NAMED = 3

/** Each project: what it used, where, and when last. Clicking one filters everything by it. */
export function Projects() {
  const { question } = useQuestion()
  const shown = useReport('projects', rangeOf(question))
  return (
    <>
      <div class="page-head">
        <h1>Projects</h1>
        <p class="dim">
          Named by their repository or folder; worktrees are part of it, and full paths never leave a machine.
        </p>
      </div>
      <ControlRow>
        <ExportButton name="projects" question={question} shown={shown} rows={projectRows} />
      </ControlRow>
      <Answered shown={shown}>
        {(answer) => (answer.projects.length === 0 ? <NothingHere /> : <Table answer={answer} now={question.now} />)}
      </Answered>
    </>
  )
}

function Table({ answer, now }: { readonly answer: AnswerOf<'projects'>; readonly now: number }) {
  const total = answer.projects.reduce((sum, row) => sum + row.total_tokens, 0)
  const columns: Column<ProjectRow>[] = [
    {
      title: 'Project',
      cell: ({ project }) => <FilterLink name="project" value={project} />,
      sortBy: ({ project }) => project,
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
      title: 'Sessions',
      cell: (row) => compactCount(row.session_count),
      sortBy: (row) => row.session_count,
      isNumber: true,
      leaves: 2,
    },
    {
      title: 'Machines',
      cell: ({ machines }) => <bdi>{named(machines)}</bdi>,
      sortBy: ({ machines }) => machines.length,
      leaves: 2,
    },
    {
      title: 'Last used',
      cell: ({ last_activity }) => (last_activity === null ? '-' : ago(Math.max(0, now - Date.parse(last_activity)))),
      sortBy: ({ last_activity }) => last_activity ?? '',
      isNumber: true,
      leaves: 1,
    },
  ]
  return (
    <section class="card">
      <div class="card-head">
        <h2>{counted(answer.projects.length, 'project')}</h2>
      </div>
      <DataTable
        label="Projects"
        columns={columns}
        rows={answer.projects}
        keyOf={({ project_key }) => project_key}
        sorted="Tokens"
      />
    </section>
  )
}

function named(machines: readonly string[]): string {
  const more = machines.length - NAMED
  return machines.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

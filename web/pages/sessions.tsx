import { duration } from '../../core/dates.ts'
import { compactCount, counted } from '../../core/format.ts'
import { groupNames } from '../../core/group-names.ts'
import type { SessionRow } from '../../core/report-specs.ts'
import { USAGE_COLUMNS } from '../../core/table-text.ts'
import { costOf } from '../amounts.ts'
import { ControlRow } from '../controls/control-row.tsx'
import { ExportButton } from '../controls/export-button.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { dateTime } from '../format-time.ts'
import { FilterLink } from '../name.tsx'
import { NothingHere } from '../overview/nothing-here.tsx'
import { look } from '../navigation.ts'
import { rangeOf } from '../question.ts'
import { SessionDetail } from '../sessions/session-detail.tsx'
import { Answered } from '../states.tsx'
import { useQuestion } from '../use-question.ts'
import { useSessionPages } from '../use-pages.ts'

const PAGE = 50

/** Conversations, the latest first. A row opens what is known of one; what was said in it is known to nobody here. */
export function Sessions() {
  const { view, question } = useQuestion()
  const pages = useSessionPages({ ...rangeOf(question), limit: PAGE })
  const sessions = pages.answer?.sessions ?? []
  const opened = sessions.find(({ session }) => session === view.open)
  const rows = () => ({
    columns: [
      'session',
      'started_at',
      'ended_at',
      'duration_ms',
      'hostname',
      'machine',
      'project',
      'models',
      ...USAGE_COLUMNS,
    ],
    rows: sessions,
  })
  return (
    <>
      <div class="page-head">
        <h1>Sessions</h1>
        <p class="dim">Times, counts and names only: no prompt and no answer ever leaves a machine.</p>
      </div>
      <ControlRow>
        <ExportButton name={`sessions-${question.from}-${question.to}`} rows={rows} />
      </ControlRow>
      <Answered shown={pages}>
        {({ sessions: found }) =>
          found.length === 0 ? (
            <NothingHere />
          ) : (
            <div class={opened === undefined ? 'split' : 'split has-detail'}>
              <section class="card">
                <SessionTable sessions={found} zone={question.tz} now={question.now} />
                <p class="card-foot">
                  <span class="dim">
                    {counted(found.length, 'session')}
                    {pages.answer?.next_cursor === null ? ', all of this range' : ', the latest'}
                  </span>
                  {pages.more !== undefined && (
                    <button type="button" class="push" onClick={pages.more}>
                      Show more
                    </button>
                  )}
                </p>
              </section>
              {opened !== undefined && (
                <SessionDetail
                  session={opened}
                  zone={question.tz}
                  now={question.now}
                  onClose={() => look({ open: undefined })}
                />
              )}
            </div>
          )
        }
      </Answered>
    </>
  )
}

function SessionTable({
  sessions,
  zone,
  now,
}: {
  readonly sessions: readonly SessionRow[]
  readonly zone: string
  readonly now: number
}) {
  const names = groupNames(new Set(sessions.flatMap(({ models }) => models)), 'model')
  const columns: Column<SessionRow>[] = [
    {
      title: 'Started',
      cell: (row) => (
        <button type="button" class="link" onClick={() => look({ open: row.session })} aria-haspopup="true">
          {dateTime(Date.parse(row.started_at), zone, now)}
        </button>
      ),
    },
    { title: 'Length', cell: ({ duration_ms }) => duration(duration_ms), isNumber: true, leaves: 2 },
    { title: 'Machine', cell: ({ hostname }) => <FilterLink name="machine" value={hostname} />, leaves: 2 },
    { title: 'Project', cell: ({ project }) => <FilterLink name="project" value={project} />, leaves: 1 },
    {
      title: 'Models',
      cell: ({ models }) => <bdi>{models.map((model) => names.get(model) ?? model).join(', ')}</bdi>,
      leaves: 3,
    },
    { title: 'Messages', cell: ({ message_count }) => compactCount(message_count), isNumber: true, leaves: 3 },
    { title: 'Tokens', cell: (row) => compactCount(row.total_tokens), isNumber: true },
    { title: 'Cost', cell: costOf, isNumber: true },
  ]
  return <DataTable label="Sessions" columns={columns} rows={sessions} keyOf={({ session }) => session} />
}

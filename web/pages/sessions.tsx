import { duration } from '../../core/dates.ts'
import { compactCount, counted } from '../../core/format.ts'
import { groupNames } from '../../core/group-names.ts'
import type { SessionRow } from '../../core/report-specs.ts'
import { sessionRows } from '../../core/report-rows.ts'
import { costOf } from '../amounts.ts'
import { ControlRow } from '../controls/control-row.tsx'
import { ExportButton } from '../controls/export-button.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { dateTime } from '../format-time.ts'
import { FilterLink } from '../name.tsx'
import { NothingHere } from '../overview/nothing-here.tsx'
import { look } from '../navigation.ts'
import { type Question, rangeOf } from '../question.ts'
import { SessionDetail } from '../sessions/session-detail.tsx'
import { Answered } from '../states.tsx'
import { useQuestion } from '../use-question.ts'
import { useSessionPages } from '../use-pages.ts'
import { useReport } from '../use-report.ts'

const PAGE = 50

/** Conversations, the latest first. A row opens what is known of one; what was said in it is known to nobody here. */
export function Sessions() {
  const { view, question } = useQuestion()
  const pages = useSessionPages({ ...rangeOf(question), limit: PAGE })
  return (
    <>
      <div class="page-head">
        <h1>Sessions</h1>
        <p class="dim">Times, counts and names only: no prompt and no answer ever leaves a machine.</p>
      </div>
      <ControlRow>
        <ExportButton name="sessions" question={question} shown={pages} rows={sessionRows} />
      </ControlRow>
      <Answered shown={pages}>
        {({ sessions: found }) =>
          found.length === 0 ? (
            <NothingHere />
          ) : (
            <div class={view.open === undefined ? 'split' : 'split has-detail'}>
              <section class="card">
                <SessionTable sessions={found} opened={view.open} zone={question.tz} now={question.now} />
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
              {view.open !== undefined && (
                <Opened
                  key={view.open}
                  id={view.open}
                  listed={found.find(({ session }) => session === view.open)}
                  question={question}
                />
              )}
            </div>
          )
        }
      </Answered>
    </>
  )
}

/** A session that was opened, also one that is on no page that was asked for. */
function Opened({
  id,
  listed,
  question,
}: {
  readonly id: string
  readonly listed: SessionRow | undefined
  readonly question: Question
}) {
  return listed === undefined ? (
    <Fetched id={id} question={question} />
  ) : (
    <SessionDetail session={listed} zone={question.tz} now={question.now} onClose={() => close(id)} />
  )
}

function Fetched({ id, question }: { readonly id: string; readonly question: Question }) {
  const { tz, now } = question
  const shown = useReport('sessions', { session: id, tz, limit: 1 })
  return (
    <Answered shown={shown} skeleton={<div class="card" />}>
      {({ sessions: [session] }) =>
        session === undefined ? (
          <aside class="card detail">
            <p>No session has this id. It may have been on a machine that was deleted.</p>
            <p>
              <button type="button" onClick={() => close(id)}>
                Close
              </button>
            </p>
          </aside>
        ) : (
          <SessionDetail session={session} zone={tz} now={now} onClose={() => close(id)} />
        )
      }
    </Answered>
  )
}

const openerId = (session: string) => `open-${session}`

/** Closes what was opened, and gives the focus back to what opened it. */
function close(session: string): void {
  look({ open: undefined })
  document.getElementById(openerId(session))?.focus()
}

function SessionTable({
  sessions,
  opened,
  zone,
  now,
}: {
  readonly sessions: readonly SessionRow[]
  readonly opened: string | undefined
  readonly zone: string
  readonly now: number
}) {
  const names = groupNames(new Set(sessions.flatMap(({ models }) => models)), 'model')
  const columns: Column<SessionRow>[] = [
    {
      title: 'Started',
      cell: (row) => (
        <button
          type="button"
          id={openerId(row.session)}
          class="link"
          aria-expanded={row.session === opened}
          onClick={() => look({ open: row.session })}
        >
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
  return (
    <DataTable label="Sessions" columns={columns} rows={sessions} keyOf={({ session }) => session} opened={opened} />
  )
}

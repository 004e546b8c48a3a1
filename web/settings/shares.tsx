import { SHARES_PATH } from '../../api/paths.ts'
import type { ShareRow } from '../../api/share.ts'
import { ago } from '../../core/format.ts'
import { askAgain } from '../answers.ts'
import { ConfirmButton } from '../confirm-button.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { dateTime } from '../format-time.ts'
import { request } from '../request.ts'
import { Answered } from '../states.tsx'
import { usePath } from '../use-report.ts'
import { useQuestion } from '../use-question.ts'
import { Section } from './section.tsx'

/** Read-only links that still work, and how to end one. */
export function Shares() {
  const { question } = useQuestion()
  const shown = usePath<{ shares: ShareRow[] }>(SHARES_PATH)
  const end = (id: string) => request('DELETE', `${SHARES_PATH}/${encodeURIComponent(id)}`).then(askAgain)
  const columns: Column<ShareRow>[] = [
    { title: 'Link', cell: ({ name }) => <bdi>{name}</bdi> },
    { title: 'Ends', cell: ({ ends_at }) => dateTime(Date.parse(ends_at), question.tz, question.now), isNumber: true },
    {
      title: 'Last seen',
      cell: ({ last_used }) => (last_used === null ? 'never' : ago(Math.max(0, question.now - Date.parse(last_used)))),
      isNumber: true,
      leaves: 1,
    },
    {
      title: 'End',
      cell: ({ id }) => (
        <ConfirmButton question="End it for good" run={() => end(id)}>
          End now
        </ConfirmButton>
      ),
      isNumber: true,
    },
  ]
  return (
    <Section title="Read-only links">
      <Answered shown={shown} skeleton={<p />}>
        {({ shares }) =>
          shares.length === 0 ? (
            <p class="dim">None. “Share” on the overview makes one.</p>
          ) : (
            <DataTable label="Read-only links" columns={columns} rows={shares} keyOf={({ id }) => id} />
          )
        }
      </Answered>
    </Section>
  )
}

import { SIGN_INS_PATH } from '../../api/paths.ts'
import type { SessionAnswer, SignInRow } from '../../api/sign-in.ts'
import { ago } from '../../core/format.ts'
import { askAgain } from '../answers.ts'
import { ConfirmButton } from '../confirm-button.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { useQuestion } from '../use-question.ts'
import { request } from '../request.ts'
import { Answered } from '../states.tsx'
import { usePath } from '../use-report.ts'
import { Section } from './section.tsx'

type Row = SignInRow & { readonly is_current: boolean }

/** Browsers that are signed in, and how to end one. */
export function SignIns({ session }: { readonly session: SessionAnswer }) {
  return (
    <Section title="Browsers">
      {session.transport === 'http' && (
        <p class="warn">
          ▲ Plain HTTP: others on this network can read along. <code>tailscale serve</code> or a reverse proxy with TLS
          ends that.
        </p>
      )}
      <List />
    </Section>
  )
}

function List() {
  const { question } = useQuestion()
  const shown = usePath<{ sign_ins: Row[] }>(SIGN_INS_PATH)
  const end = (id: string) => request('DELETE', `${SIGN_INS_PATH}/${encodeURIComponent(id)}`).then(askAgain)
  const columns: Column<Row>[] = [
    {
      title: 'Browser',
      cell: ({ label, is_current }) => (
        <>
          <bdi>{browserName(label)}</bdi> {is_current && <span class="badge">this one</span>}
        </>
      ),
    },
    { title: 'From', cell: ({ last_used_from }) => last_used_from, leaves: 1 },
    {
      title: 'Last used',
      cell: ({ last_used }) => ago(Math.max(0, question.now - Date.parse(last_used))),
      isNumber: true,
    },
    {
      title: 'End',
      cell: ({ id, is_current }) =>
        is_current ? (
          ''
        ) : (
          <ConfirmButton question="Sign it out" run={() => end(id)}>
            Sign out
          </ConfirmButton>
        ),
      isNumber: true,
    },
  ]
  return (
    <Answered shown={shown} skeleton={<p />}>
      {({ sign_ins }) => (
        <>
          <DataTable label="Browsers that are signed in" columns={columns} rows={sign_ins} keyOf={({ id }) => id} />
          <p class="dim">
            Another one: <code>forge setup-link</code> on the server’s machine.
          </p>
        </>
      )}
    </Answered>
  )
}

/** `Firefox on Linux`, of what a browser calls itself. */
function browserName(agent: string): string {
  const name = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? ''
  const system = /(Windows|Macintosh|Android|iPhone|iPad|Linux)/.exec(agent)?.[1] ?? ''
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', Macintosh: 'macOS' }
  const words = [names[name] ?? name, names[system] ?? system].filter((word) => word !== '')
  return words.length === 0 ? agent.slice(0, 60) || 'unknown' : words.join(' on ')
}

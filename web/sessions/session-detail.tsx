import { useEffect, useRef } from 'preact/hooks'
import { duration } from '../../core/dates.ts'
import { fullCount, percent } from '../../core/format.ts'
import type { SessionRow } from '../../core/report-specs.ts'
import { costOf } from '../amounts.ts'
import { ShareBar } from '../charts/share-bar.tsx'
import { CopyLine } from '../copy-line.tsx'
import { dateTime } from '../format-time.ts'

const CLASSES = [
  ['input_tokens', 'Input'],
  ['output_tokens', 'Output'],
  ['cache_write_5m_tokens', 'Cache writes, 5 min'],
  ['cache_write_1h_tokens', 'Cache writes, 1 h'],
  ['cache_read_tokens', 'Cache reads'],
] as const

/** All that is known of one conversation. */
export function SessionDetail({
  session,
  zone,
  now,
  onClose,
}: {
  readonly session: SessionRow
  readonly zone: string
  readonly now: number
  readonly onClose: () => void
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [session.session])
  return (
    <aside
      class="card detail"
      aria-labelledby="session-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <div class="card-head">
        <h2 id="session-title" tabIndex={-1} ref={heading}>
          Session
        </h2>
        <button type="button" class="quiet push" onClick={onClose}>
          Close
        </button>
      </div>
      <dl class="pairs">
        <dt>Started</dt>
        <dd>{dateTime(Date.parse(session.started_at), zone, now)}</dd>
        <dt>Ended</dt>
        <dd>
          {dateTime(Date.parse(session.ended_at), zone, now)} ({duration(session.duration_ms)})
        </dd>
        <dt>Machine</dt>
        <dd>
          <bdi>{session.hostname}</bdi>
        </dd>
        <dt>Project</dt>
        <dd>
          <bdi>{session.project === '' ? 'unknown' : session.project}</bdi>
        </dd>
        <dt>Models</dt>
        <dd>
          <bdi>{session.models.join(', ')}</bdi>
        </dd>
        <dt>Messages</dt>
        <dd>
          {fullCount(session.message_count)}, of them {fullCount(session.response_count)} responses
        </dd>
        <dt>Tool calls</dt>
        <dd>{fullCount(session.tool_call_count)}</dd>
        <dt>Cost</dt>
        <dd>{costOf(session)} at API list price</dd>
      </dl>
      <table class="rows" aria-label="Tokens by class">
        <tbody>
          {CLASSES.map(([name, title]) => (
            <tr key={name}>
              <th scope="row">{title}</th>
              <td>
                <ShareBar share={session[name] / Math.max(1, session.total_tokens)} />
              </td>
              <td class="number">{fullCount(session[name])}</td>
              <td class="number dim">{percent(session[name], session.total_tokens)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div>
        <p class="dim">
          Go on with it, on <bdi>{session.hostname}</bdi> only:
        </p>
        <CopyLine text={`claude --resume ${session.session}`} />
      </div>
    </aside>
  )
}

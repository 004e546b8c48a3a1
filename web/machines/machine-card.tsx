import { calendarSpans } from '../../core/calendar.ts'
import { ago, compactCount, percent } from '../../core/format.ts'
import type { AnswerOf, MachineRow } from '../../core/report-specs.ts'
import { addressOf, DEFAULT_VIEW } from '../address.ts'
import { costOf } from '../amounts.ts'
import { CoverageStrip } from '../charts/coverage-strip.tsx'
import { MiniBars } from '../charts/mini-bars.tsx'
import { dateTime } from '../format-time.ts'
import { address, viewForAnotherPage } from '../navigation.ts'

const DAY_MS = 86_400_000
const STALE_DAYS = 7
/** Claude Code's default, where a machine has not said what it is set to. */
const DEFAULT_CLEANUP_DAYS = 30

type Days = AnswerOf<'coverage'>['machines'][number]['days']

export function MachineCard({
  machine,
  total,
  usage,
  highest,
  days,
  now,
  zone,
}: {
  readonly machine: MachineRow
  readonly total: number
  readonly usage: AnswerOf<'usage'> | undefined
  readonly highest: number
  readonly days: Days | undefined
  readonly now: number
  readonly zone: string
}) {
  const { hostname, last_sync, total_tokens } = machine
  const silent = Math.floor(Math.max(0, now - Date.parse(last_sync)) / DAY_MS)
  const view = { ...viewForAnotherPage(address.value.view), filters: { ...DEFAULT_VIEW.filters, machine: [hostname] } }
  return (
    <article class="card machine">
      <div class="card-head">
        <h2>
          <a href={addressOf('overview', view)} data-in-page>
            <bdi>{hostname}</bdi>
          </a>
        </h2>
        <span
          class={silent >= STALE_DAYS ? 'push warn' : 'push dim'}
          title={dateTime(Date.parse(last_sync), zone, now)}
        >
          {silent >= STALE_DAYS ? '▲ ' : ''}synced {ago(Math.max(0, now - Date.parse(last_sync)))}
        </span>
      </div>
      <p>
        <b>{compactCount(total_tokens)}</b> tokens · <b>{costOf(machine)}</b> · {percent(total_tokens, total)} of all ·{' '}
        {compactCount(machine.session_count)} sessions
      </p>
      {usage !== undefined && (
        <MiniBars
          amounts={amountsOf(usage, hostname)}
          highest={highest}
          label={`Tokens of ${hostname} per ${usage.every}`}
        />
      )}
      {silent >= STALE_DAYS && machine.is_active && <p class="warn">▲ {deletionWords(machine, silent)}</p>}
      {days !== undefined && <CoverageStrip days={days} label={hostname} />}
    </article>
  )
}

function amountsOf({ rows, every, from, to, tz }: AnswerOf<'usage'>, hostname: string): number[] {
  const amounts = new Map(
    rows
      .filter(({ group }) => group === hostname)
      .map(({ starts, total_tokens }) => [Date.parse(starts), total_tokens]),
  )
  const first = Math.min(...rows.map(({ starts }) => Date.parse(starts)))
  return calendarSpans(every, from, to, tz)
    .filter(({ ends }) => ends > first)
    .map(({ starts }) => amounts.get(starts) ?? 0)
}

function deletionWords({ cleanup_period_days }: MachineRow, silent: number): string {
  const left = (cleanup_period_days ?? DEFAULT_CLEANUP_DAYS) - silent
  const when = left < 0 ? 'are being deleted unread' : `are deleted in ${left === 1 ? '1 day' : `${left} days`}`
  return `It has not synced for ${silent} days; its oldest transcripts ${when}. On it: forge doctor`
}

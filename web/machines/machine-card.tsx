import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { calendarSpans, localDay } from '../../core/calendar.ts'
import type { Day } from '../../core/day.ts'
import { ago, compactCount, percent } from '../../core/format.ts'
import type { AnswerOf, MachineRow } from '../../core/report-specs.ts'
import { isStale, type ListedMachine } from '../../core/machines.ts'
import { addressOf, DEFAULT_VIEW } from '../address.ts'
import { costOf } from '../amounts.ts'
import { barLabel } from '../charts/bars.ts'
import { PlainTable } from '../charts/figure.tsx'
import { CoverageStrip, stretchesOf } from '../charts/coverage-strip.tsx'
import { MiniBars } from '../charts/mini-bars.tsx'
import { dateTime } from '../format-time.ts'
import { address, viewForAnotherPage } from '../navigation.ts'

const DAY_MS = 86_400_000
/** Claude Code's default, where a machine has not said what it is set to. */
const DEFAULT_CLEANUP_DAYS = 30

type Days = AnswerOf<'coverage'>['machines'][number]['days']

/** One machine, or those of a group that were made for jobs. */
export function MachineCard({
  listed: { row: machine, names },
  total,
  usage,
  highest,
  days,
  now,
  zone,
  children,
}: {
  readonly listed: ListedMachine
  readonly total: number
  readonly usage: AnswerOf<'usage'> | undefined
  readonly highest: number
  readonly days: Days | undefined
  readonly now: number
  readonly zone: string
  /** What can be done with it. */
  readonly children?: ComponentChildren
}) {
  const { hostname, last_sync, total_tokens } = machine
  const today = localDay(now, zone)
  const periods = useMemo(() => periodsOf(usage, names, today), [usage, names.join(), today])
  const silence = Math.max(0, now - Date.parse(last_sync))
  const isLate = isStale(machine, now)
  const view = { ...viewForAnotherPage(address.value.view), filters: { ...DEFAULT_VIEW.filters, machine: [hostname] } }
  return (
    <article class="card machine">
      <div class="card-head">
        <h2>
          <a href={addressOf('overview', view)} data-in-page>
            <bdi>{hostname}</bdi>
          </a>
        </h2>
        <span class={isLate ? 'push warn' : 'push dim'} title={dateTime(Date.parse(last_sync), zone, now)}>
          {isLate ? '▲ ' : ''}synced {ago(silence)}
        </span>
      </div>
      <p>
        <b>{compactCount(total_tokens)}</b> tokens · <b>{costOf(machine)}</b> · {percent(total_tokens, total)} of all ·{' '}
        {compactCount(machine.session_count)} {machine.session_count === 1 ? 'session' : 'sessions'}
        {names.length > 1 && ` · ${names.length} jobs`}
        {machine.client_version !== '' && (
          <>
            {' '}
            · Claude Code <bdi>{machine.client_version}</bdi>
          </>
        )}
      </p>
      {usage !== undefined && (
        <MiniBars
          amounts={periods.map(({ amount }) => amount)}
          highest={highest}
          label={barsWords(periods, usage.every)}
        />
      )}
      {isLate && <p class="warn">▲ {deletionWords(machine, Math.floor(silence / DAY_MS))}</p>}
      {days !== undefined && <CoverageStrip days={days} label={hostname} />}
      {usage !== undefined && <AsTables machine={machine} periods={periods} every={usage.every} days={days ?? []} />}
      {children}
    </article>
  )
}

interface Period {
  readonly label: string
  readonly amount: number
}

/** What a machine has used in each period, from the first one in which any machine has. */
function periodsOf(usage: AnswerOf<'usage'> | undefined, names: readonly string[], today: Day): Period[] {
  if (usage === undefined) return []
  const { rows, every, from, to, tz } = usage
  const amounts = new Map<number, number>()
  for (const { group, starts, total_tokens } of rows) {
    if (!names.includes(group)) continue
    const start = Date.parse(starts)
    amounts.set(start, (amounts.get(start) ?? 0) + total_tokens)
  }
  const first = Math.min(...rows.map(({ starts }) => Date.parse(starts)))
  return calendarSpans(every, from, to, tz)
    .filter(({ ends }) => ends > first)
    .map(({ label, starts }) => ({
      label: barLabel({ date: localDay(starts, tz), label }, every, today),
      amount: amounts.get(starts) ?? 0,
    }))
}

function barsWords(periods: readonly Period[], every: string): string {
  const highest = periods.reduce<Period | undefined>(
    (most, one) => (one.amount > (most?.amount ?? 0) ? one : most),
    undefined,
  )
  if (highest === undefined) return `Tokens per ${every}: none in this range`
  return `Tokens per ${every}: ${highest.label} was highest with ${compactCount(highest.amount)}`
}

/** What the bars and the strip say, in numbers and dates. */
function AsTables({
  machine: { hostname },
  periods,
  every,
  days,
}: {
  readonly machine: MachineRow
  readonly periods: readonly Period[]
  readonly every: string
  readonly days: Days
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        As tables<span class="only-read">, {hostname}</span>
      </summary>
      {isOpen && (
        <>
          <PlainTable
            title={`Tokens of ${hostname} per ${every}`}
            columns={['When', 'Tokens']}
            rows={periods
              .filter(({ amount }) => amount > 0)
              .toReversed()
              .map(({ label, amount }) => [label, compactCount(amount)])}
          />
          <PlainTable title={`Days of ${hostname}`} columns={['Days', 'Known']} rows={stretchesOf(days)} />
        </>
      )}
    </details>
  )
}

function deletionWords({ cleanup_period_days }: MachineRow, silent: number): string {
  const left = (cleanup_period_days ?? DEFAULT_CLEANUP_DAYS) - silent
  const when = left < 0 ? 'are being deleted unread' : `are deleted in ${left === 1 ? '1 day' : `${left} days`}`
  return `It has not synced for ${silent} days; its oldest transcripts ${when}. On it: forge doctor`
}

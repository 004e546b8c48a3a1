import { shortAccountName } from '../../core/account-name.ts'
import { ago } from '../../core/format.ts'
import { percentText, resetText, stateOf, windowName } from '../../core/limit-words.ts'
import type { AnswerOf, LimitRow } from '../../core/report-specs.ts'
import { Meter } from '../charts/meter.tsx'
import { dateTime } from '../format-time.ts'
import type { Question } from '../question.ts'

const SIGNS = { ok: '', warn: '▲ ', bad: '✗ ', unknown: '' } as const

/** How far the windows of the plans are used, as Claude Code itself told it; or that nobody knows, and how to know it. */
export function PlanCard({ limits, question }: { readonly limits: readonly LimitRow[]; readonly question: Question }) {
  const accounts = [...Map.groupBy(limits, ({ account }) => account)]
  return (
    <section class="card detail" aria-labelledby="plan-title">
      <h2 id="plan-title">Plan limits</h2>
      {limits.length === 0 && <Unknown />}
      {accounts.map(([account, rows]) => (
        <div key={account} class="detail">
          {accounts.length > 1 && (
            <h3>
              Account <bdi>{account === '' ? 'unknown' : shortAccountName(account)}</bdi>
            </h3>
          )}
          {rows.map((limit) => (
            <Gauge key={limit.window} limit={limit} question={question} />
          ))}
        </div>
      ))}
      {limits.length > 0 && (
        <p class="dim">
          These come from Claude Code itself, by its status line: nothing is guessed, and machines are never added up.
        </p>
      )}
    </section>
  )
}

function Gauge({ limit, question }: { readonly limit: LimitRow; readonly question: Question }) {
  const { now, tz } = question
  const state = stateOf(limit)
  return (
    <div class="gauge">
      <span>{windowName(limit.window)}</span>
      <Meter
        percent={limit.used_percent}
        even={limit.even_percent}
        state={state}
        label={`${windowName(limit.window)} used`}
      />
      <b class={state === 'ok' ? 'number' : `number ${state}`}>
        {SIGNS[state]}
        {percentText(limit)}
      </b>
      <span class="dim gauge-note">
        resets {resetText(limit, { tz }, now)}
        {paceWords(limit, question)} · as of {ago(Math.max(0, now - Date.parse(limit.seen_at)))}, from{' '}
        <bdi>{limit.hostname}</bdi>
      </span>
    </div>
  )
}

function paceWords({ full_at, projected_percent }: LimitRow, { tz, now }: Question): string {
  if (full_at !== null) return ` · ▲ full at ${resetText({ resets_at: full_at }, { tz }, now)} at this pace`
  return projected_percent === null ? '' : ` · on pace for ${Math.round(projected_percent)}%`
}

function Unknown() {
  return (
    <>
      <p>Not known on this server yet. Claude Code tells its plan percentages only to a status line command.</p>
      <p>
        On one machine, once: <code>forge install --statusline</code>
      </p>
      <p class="dim">
        It keeps your present status line and puts a line below it; <code>forge uninstall --statusline</code> takes it
        out.
      </p>
    </>
  )
}

/** How far the windows of the last two weeks went. */
export function PeaksCard({ answer, question }: { readonly answer: AnswerOf<'limits'>; readonly question: Question }) {
  if (answer.peaks.length === 0) return null
  return (
    <section class="card" aria-labelledby="peaks-title">
      <div class="card-head">
        <h2 id="peaks-title">Windows of the last 14 days</h2>
      </div>
      <table class="rows" aria-label="How far windows went">
        <thead>
          <tr>
            <th scope="col">Ended</th>
            <th scope="col">Window</th>
            <th scope="col" class="leaves-1">
              Highest
            </th>
            <th scope="col" class="number">
              Used
            </th>
          </tr>
        </thead>
        <tbody>
          {answer.peaks.map((peak) => (
            <tr key={`${peak.account} ${peak.window} ${peak.resets_at}`}>
              <th scope="row">{dateTime(Date.parse(peak.resets_at), question.tz, question.now)}</th>
              <td>{windowName(peak.window)}</td>
              <td class="leaves-1">
                <Meter percent={peak.used_percent} even={null} state={stateOf(peak)} label="Highest" />
              </td>
              <td class="number">
                {SIGNS[stateOf(peak)]}
                {percentText(peak)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

import { rangeText, WEEKDAYS } from '../../core/dates.ts'
import { compactCount } from '../../core/format.ts'
import { commonerText, HOURS, hourlessText, hourText, type PunchcardDay, punchcardDays } from '../../core/punchcard.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import { costOf } from '../amounts.ts'
import { Figure } from '../charts/figure.tsx'
import { WeekHours } from '../charts/week-hours.tsx'
import { type Question, rangeOf } from '../question.ts'
import { Answered } from '../states.tsx'
import { useNear } from '../use-near.ts'
import { useReport } from '../use-report.ts'

type Totals = AnswerOf<'overview'>['totals']

/** At which hours of which weekdays. Asked for when it is about to be seen: the first screen does without it. */
export function HoursCard(shown: { readonly totals: Totals; readonly question: Question }) {
  const [ref, isNear] = useNear<HTMLDivElement>()
  return (
    <div class="hours-place" ref={ref}>
      {isNear && <Asked {...shown} />}
    </div>
  )
}

function Asked({ totals, question }: { readonly totals: Totals; readonly question: Question }) {
  const shown = useReport('punchcard', rangeOf(question))
  return (
    <Answered shown={shown} skeleton={<div class="card tall" />}>
      {(answer) => <Hours answer={answer} totals={totals} question={question} />}
    </Answered>
  )
}

function Hours({
  answer,
  totals,
  question,
}: {
  readonly answer: AnswerOf<'punchcard'>
  readonly totals: Totals
  readonly question: Question
}) {
  const days = punchcardDays(answer)
  const facts = [busiestText(answer.cells), commonerText(answer), hourlessText(totals, compactCount)].filter(
    (fact) => fact !== '',
  )
  return (
    <Figure
      title="Hours of the week"
      note={rangeText(answer, question.today, '–')}
      summary={facts.join(' ')}
      table={() => ({ columns: ['Hour', ...WEEKDAYS.map((name) => name.slice(0, 3))], rows: hourRows(days) })}
    >
      <WeekHours days={days} label="Tokens of each hour of the week" />
      <p class="facts">{facts.join(' ')}</p>
    </Figure>
  )
}

/** `Busiest: Thu 14:00–15:00, 1.20M tokens, $2.30.` */
function busiestText(cells: AnswerOf<'punchcard'>['cells']): string {
  const [busiest] = cells.toSorted((a, b) => b.total_tokens - a.total_tokens)
  if (busiest === undefined) return 'No use of these days has an hour.'
  const { weekday, hour, total_tokens } = busiest
  const day = (WEEKDAYS[weekday - 1] ?? '').slice(0, 3)
  return `Busiest: ${day} ${hourText(hour, '–')}, ${compactCount(total_tokens)} tokens, ${costOf(busiest)}.`
}

/** The same with weekdays beside each other, since there are fewer of them than hours. */
function hourRows(days: readonly PunchcardDay[]): string[][] {
  return Array.from({ length: HOURS }, (_, hour) => [
    hourText(hour, '–'),
    ...days.map(({ hours }) => compactCount(hours[hour]?.total_tokens ?? 0)),
  ])
}

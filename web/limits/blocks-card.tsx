import { localDay, localTime } from '../../core/calendar.ts'
import { shortDay } from '../../core/dates.ts'
import { lengthOf } from '../../core/presets.ts'
import { compactCount } from '../../core/format.ts'
import type { AnswerOf, BlockRow } from '../../core/report-specs.ts'
import { costOf } from '../amounts.ts'
import { Figure } from '../charts/figure.tsx'
import type { Question } from '../question.ts'
import { BlocksTimeline, drawnDays, MOST_DAYS } from './blocks-timeline.tsx'

/** A row for each day, 24 hours wide, with its blocks of five hours; the higher, the more tokens. */
export function BlocksCard({ answer, question }: { readonly answer: AnswerOf<'blocks'>; readonly question: Question }) {
  const { today, tz } = question
  const { blocks } = answer
  const most = Math.max(1, ...blocks.map(({ total_tokens }) => total_tokens))
  const largest = blocks.find(({ total_tokens }) => total_tokens === most)
  const words = (block: BlockRow) =>
    `${shortDay(localDay(Date.parse(block.starts), tz), today)}, ${localTime(Date.parse(block.starts), tz)} to ${localTime(Date.parse(block.ends), tz)}: ${compactCount(block.total_tokens)} tokens, ${costOf(block)}${block.is_active ? ', not over' : ''}`
  return (
    <Figure
      title="Five-hour blocks"
      note="from logs: tokens, not units of a plan"
      summary={`${blocks.length} blocks. ${largest === undefined ? '' : `The largest: ${words(largest)}.`}`}
      table={() => ({
        columns: ['Block', 'Until', 'Tokens', 'Cost', 'Sessions'],
        rows: blocks.map((block) => [
          `${shortDay(localDay(Date.parse(block.starts), tz), today)} ${localTime(Date.parse(block.starts), tz)}`,
          localTime(Date.parse(block.ends), tz),
          compactCount(block.total_tokens),
          costOf(block),
          compactCount(block.session_count),
        ]),
      })}
      aside={
        <p class="dim">
          A block begins with the full hour of its first response.
          {drawnDays(question).length < lengthOf(question) &&
            ` Drawn are the last ${MOST_DAYS} days; the table has all.`}
        </p>
      }
    >
      <BlocksTimeline blocks={blocks} question={question} most={most} words={words} />
    </Figure>
  )
}

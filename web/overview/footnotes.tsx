import { contractSentences } from '../../core/contract-words.ts'
import { ago, compactCount, percent } from '../../core/format.ts'
import { isExpected } from '../../core/machines.ts'
import { rangeText } from '../../core/dates.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import { dividedTokens, sumOf } from '../../core/usage-sums.ts'
import { useContext } from 'preact/hooks'
import type { Question } from '../question.ts'
import { Viewer } from '../viewer.ts'

/** What the numbers mean, what they leave out and how fresh they are: the same that the terminal says below its graph. */
export function Footnotes({
  answer,
  question,
}: {
  readonly answer: AnswerOf<'overview'>
  readonly question: Question
}) {
  const { isReadOnly, hasCost } = useContext(Viewer)
  const { totals, previous, unpriced_models, gaps, machines, price_book, contract, contract_unpriced_models } = answer
  const { today, now } = question
  const sums = sumOf([totals])
  const synced = machines.filter(isExpected).slice(0, 6)
  const unnamed = totals.unpriced_tokens - totals.reported_tokens
  return (
    <section class="card notes" aria-labelledby="notes-title">
      <h2 id="notes-title">What these numbers are</h2>
      <ul>
        <li>
          Tokens = input + output + cache writes + cache reads; {percent(sums.cache_read_tokens, dividedTokens(sums))}{' '}
          are cache reads. Each response is counted once, whatever file, fork or machine shows it.
        </li>
        {!question.isAllTime && previous.totals.total_tokens > 0 && (
          <li>
            Compared with {rangeText(previous, today, '–')}: as long, and moved by whole weeks so that weekdays match.
          </li>
        )}
        {hasCost && (
          <li>
            Cost = API list price of each response’s day (price book {price_book}), not a bill. Calls that Claude Code
            never writes down are not in it.
          </li>
        )}
        {contractSentences(sums, { contract, contract_unpriced_models }, compactCount).map((sentence) => (
          <li key={sentence}>
            <bdi>{sentence}</bdi>
          </li>
        ))}
        {hasCost && unnamed > 0 && (
          <li>
            ▲ <bdi>{unpriced_models.slice(0, 3).join(', ')}</bdi> {unpriced_models.length === 1 ? 'has' : 'have'} no
            price: {compactCount(unnamed)} tokens are not in the cost, which is a lower bound.
          </li>
        )}
        {totals.estimated_tokens > 0 && (
          <li>
            ≈{compactCount(totals.estimated_tokens)} are an estimate of stats-cache.json, about twice too high, drawn
            hollow and in no total.
          </li>
        )}
        {totals.reported_tokens > 0 && (
          <li>
            {compactCount(totals.reported_tokens)} of the total are day totals of original clients or imports, without a
            price.
          </li>
        )}
        {totals.understated_count > 0 && (
          <li>
            ▲ {compactCount(totals.understated_count)} responses of Claude Code 2.1.10 to 2.1.59 were written without
            their true output: tokens and cost are too low.
          </li>
        )}
        {gaps.slice(0, 3).map(({ hostname, from, to, state }) => (
          <li key={`${hostname} ${from}`}>
            ▲ <bdi>{hostname}</bdi>: {rangeText({ from, to }, today, '–')}{' '}
            {state === 'missing'
              ? 'not known, since it was never read in time.'
              : 'may be incomplete, since it was read late.'}
          </li>
        ))}
        {synced.length > 0 && (
          <li>
            Synced:{' '}
            {synced.map(({ hostname, last_sync }, i) => (
              <span key={hostname}>
                {i > 0 ? ', ' : ''}
                <bdi>{hostname}</bdi> {ago(Math.max(0, now - Date.parse(last_sync)))}
              </span>
            ))}
            .
          </li>
        )}
        {question.to >= today && <li>Today is not over.</li>}
      </ul>
      {!isReadOnly && (
        <p class="dim">
          Each number in the terminal, with its arithmetic: <code>forge explain</code>
        </p>
      )}
    </section>
  )
}

import { compactCount, fullCount } from '../../core/format.ts'
import { dollars, parseUsd } from '../../core/money.ts'
import type { AnswerOf, PriceRow } from '../../core/report-specs.ts'

/** The prices that were used, with the arithmetic of each: counts times price, to the last digit. */
export function PricePanel({ answer }: { readonly answer: AnswerOf<'explain'> }) {
  const { prices, price_book, contract } = answer
  return (
    <section class="card" aria-labelledby="prices-title">
      <div class="card-head">
        <h2 id="prices-title">
          Prices used{' '}
          <small>
            price book {price_book}
            {contract === null ? '' : `, contract ${contract}`}
          </small>
        </h2>
      </div>
      {prices.length === 0 && <p class="dim">No response in this range.</p>}
      {prices.map((row) => (
        <details key={`${row.model} ${row.variant} ${row.base} ${row.from}`}>
          <summary>
            <bdi>{row.model === '' ? 'unknown model' : row.model}</bdi>{' '}
            {tags(row).map((tag) => (
              <span class="badge" key={tag}>
                {tag}
              </span>
            ))}{' '}
            <span class="dim">{compactCount(row.response_count)} responses</span>{' '}
            <b>{row.cost_usd === null ? 'no price' : dollars(parseUsd(row.cost_usd))}</b>
          </summary>
          <Arithmetic row={row} />
        </details>
      ))}
    </section>
  )
}

const NAMES: Readonly<Record<PriceRow['lines'][number]['counts'], string>> = {
  input_tokens: 'input',
  output_tokens: 'output',
  cache_read_tokens: 'cache reads',
  cache_write_5m_tokens: 'cache writes, 5 min',
  cache_write_1h_tokens: 'cache writes, 1 h',
  web_searches: 'web searches',
}

function Arithmetic({ row }: { readonly row: PriceRow }) {
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Arithmetic of ${row.model}`}>
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Of</th>
              <th scope="col" class="number">
                Count
              </th>
              <th scope="col" class="number">
                Price
              </th>
              <th scope="col" class="number">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {row.lines.map(({ counts, count, usd_each, cost_usd }) => (
              <tr key={counts}>
                <th scope="row">{NAMES[counts]}</th>
                <td class="number">{fullCount(count)}</td>
                <td class="number">{usd_each === null ? '-' : priceText(counts, usd_each)}</td>
                <td class="number">{cost_usd === null ? '-' : `$${cost_usd}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="dim">
        {row.canonical_model === null ? 'The price book does not know this model.' : `Priced as ${row.canonical_model}`}
        {row.from === null ? '' : ` since ${row.from}`}
        {row.to === null ? '' : ` until ${row.to}`}
        {row.sources === '' ? '' : `; ${row.sources}`}
        {row.notes.length === 0 ? '' : `. ${row.notes.join('. ')}`}
      </p>
    </>
  )
}

/** A token's price is told for a million of them, as price lists do. */
function priceText(counts: string, usd_each: string): string {
  if (counts === 'web_searches') return `$${usd_each}`
  const million = parseUsd(usd_each) * 1_000_000n
  const [whole, fraction] = [
    million / 1_000_000_000_000n,
    String(million % 1_000_000_000_000n)
      .padStart(12, '0')
      .replace(/0+$/, ''),
  ]
  return `$${whole}${fraction === '' ? '' : `.${fraction}`}/M`
}

function tags({ variant, base, multipliers }: PriceRow): string[] {
  return [
    ...(base === 'fast' || base === 'long-prompt' ? [base] : []),
    ...multipliers.map(({ rule, percent }) => `${rule} × ${percent}%`),
    ...(variant !== '' && base === null ? [variant] : []),
  ]
}

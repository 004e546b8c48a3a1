import { tickText } from '../amounts.ts'
import { type Bar, barParts, type Bars } from './bars.ts'

/** What a bar is made of, the largest part first, and what is to be known of it. */
export function BarTooltip({
  chart,
  bar,
  canOpen,
}: {
  readonly chart: Bars
  readonly bar: Bar
  readonly canOpen: boolean
}) {
  const parts = barParts(chart, bar)
  const total = parts.length === 0 ? 'nothing' : tickText(chart.metric, bar.total)
  return (
    <>
      <strong>{bar.label}</strong>
      {parts.length > 1 && (
        <table>
          <tbody>
            {parts.map(({ name, colour, text, share }) => (
              <tr key={name}>
                <td>
                  <i class={`swatch series-${colour}`} /> {name}
                </td>
                <td class="number">{text}</td>
                <td class="number dim">{share}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="tooltip-total">
        <span>
          {parts.length === 1 ? parts[0]?.name : 'Total'}
          {bar.isPartial ? ', so far' : ''}
        </span>{' '}
        <b>{total}</b>
      </div>
      {bar.estimate > 0 && <div class="dim">≈{tickText(chart.metric, bar.estimate)} estimated, in no total</div>}
      {bar.previous !== undefined && <div class="dim">Period before: {tickText(chart.metric, bar.previous)}</div>}
      {bar.unknown !== '' && <div class="warn">▲ {bar.unknown}</div>}
      {canOpen && <div class="dim">Enter, click or a second tap: only this</div>}
    </>
  )
}

import { useMemo } from 'preact/hooks'
import { drawUsage } from '../../core/drawn-usage.ts'
import { compactCount, percent } from '../../core/format.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import { modelRows } from '../../core/report-rows.ts'
import { dividedTokens, sumOf } from '../../core/usage-sums.ts'
import { costOf } from '../amounts.ts'
import { barsOf, barsSummary, barsTable } from '../charts/bars.ts'
import { Figure } from '../charts/figure.tsx'
import { StackedBars } from '../charts/stacked-bars.tsx'
import { ControlRow } from '../controls/control-row.tsx'
import { ExportButton } from '../controls/export-button.tsx'
import { type Column, DataTable } from '../data-table.tsx'
import { PricePanel } from '../models/price-panel.tsx'
import { FilterLink } from '../name.tsx'
import { NothingHere } from '../overview/nothing-here.tsx'
import { Share } from '../overview/machines-card.tsx'
import { look } from '../navigation.ts'
import { type Question, rangeOf } from '../question.ts'
import { COLOURS, coloursOf } from '../series-colours.ts'
import { Answered } from '../states.tsx'
import { useQuestion } from '../use-question.ts'
import { useReport } from '../use-report.ts'
import { Legend } from '../charts/legend.tsx'

type ModelRow = AnswerOf<'models'>['models'][number]

/** Each model with what it cost, how the models' shares moved, and the prices that were used. */
export function Models() {
  const { question } = useQuestion()
  const range = rangeOf(question)
  const models = useReport('models', range)
  const usage = useReport('usage', { ...range, by: 'model', every: question.every })
  const explained = useReport('explain', range)
  return (
    <>
      <div class="page-head">
        <h1>Models</h1>
      </div>
      <ControlRow>
        <ExportButton name="models" question={question} shown={models} rows={modelRows} />
      </ControlRow>
      <Answered shown={models}>
        {(answer) =>
          answer.models.length === 0 ? (
            <NothingHere />
          ) : (
            <>
              <ModelTable answer={answer} />
              <Answered shown={usage} skeleton={<div class="card tall" />}>
                {(periods) => <ModelChart answer={periods} question={question} />}
              </Answered>
            </>
          )
        }
      </Answered>
      <Answered shown={explained} skeleton={<div class="card" />}>
        {(answer) => <PricePanel answer={answer} />}
      </Answered>
    </>
  )
}

function ModelTable({ answer }: { readonly answer: AnswerOf<'models'> }) {
  const total = answer.models.reduce((sum, row) => sum + row.total_tokens, 0)
  const number = (title: string, amount: (row: ModelRow) => number, leaves?: 1 | 2 | 3): Column<ModelRow> => ({
    title,
    cell: (row) => compactCount(amount(row)),
    sortBy: amount,
    isNumber: true,
    ...(leaves === undefined ? {} : { leaves }),
  })
  const columns: Column<ModelRow>[] = [
    { title: 'Model', cell: ({ model }) => <FilterLink name="model" value={model} />, sortBy: ({ model }) => model },
    { title: 'Share', cell: (row) => <Share part={row.total_tokens} whole={total} />, leaves: 1 },
    number('Tokens', (row) => row.total_tokens),
    number('Input', (row) => row.input_tokens, 3),
    number('Output', (row) => row.output_tokens, 2),
    number('Cache writes', (row) => row.cache_creation_tokens, 3),
    number('Cache reads', (row) => row.cache_read_tokens, 3),
    {
      title: 'Cached',
      cell: (row) => percent(row.cache_read_tokens, dividedTokens(sumOf([row]))),
      sortBy: (row) => row.cache_read_tokens / Math.max(1, dividedTokens(sumOf([row]))),
      isNumber: true,
      leaves: 2,
    },
    { title: 'Cost', cell: costOf, sortBy: (row) => Number(row.cost_usd ?? 0), isNumber: true },
    {
      title: '$ / million',
      cell: (row) =>
        row.cost_usd === null || row.total_tokens === 0
          ? '-'
          : `$${((1e6 * Number(row.cost_usd)) / row.total_tokens).toFixed(2)}`,
      sortBy: (row) => Number(row.cost_usd ?? 0) / Math.max(1, row.total_tokens),
      isNumber: true,
      leaves: 2,
    },
  ]
  return (
    <section class="card">
      <DataTable label="Models" columns={columns} rows={answer.models} keyOf={({ model }) => model} sorted="Tokens" />
      {answer.unpriced_models.length > 0 && (
        <p class="facts">
          ▲ {answer.unpriced_models.length === 1 ? 'One model has' : `${answer.unpriced_models.length} models have`} no
          price, so the cost is a lower bound: <bdi>{answer.unpriced_models.join(', ')}</bdi>. A price of your own: a{' '}
          <code>prices.json</code> beside the server’s data.
        </p>
      )}
    </section>
  )
}

/** What each period would cost, divided by model. */
function ModelChart({ answer, question }: { readonly answer: AnswerOf<'usage'>; readonly question: Question }) {
  const { today, now, isAllTime } = question
  const chart = useMemo(() => {
    const drawn = drawUsage(answer, 'cost', COLOURS)
    const colours = coloursOf(drawn.series, 'model')
    const { tz, gaps } = answer
    return barsOf({ drawn, metric: 'cost', colours, gaps, tz, today, now, previous: undefined }, isAllTime)
  }, [answer, now])
  const title = `Cost at list price per ${answer.every}, by model`
  return (
    <Figure
      title={title}
      summary={barsSummary(chart, today)}
      table={() => barsTable(chart)}
      aside={<Legend chart={chart} by="model" />}
    >
      <StackedBars
        chart={chart}
        label={title}
        onPick={(first, last) => look({ range: { from: first.days.from, to: last.days.to }, every: undefined })}
      />
    </Figure>
  )
}

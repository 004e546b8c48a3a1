import { type DayFigure, isEstimate } from '../../core/day-figure.ts'
import { TOKEN_CLASSES } from '../../core/tokens.ts'
import type { PricedPart } from './day-usage.ts'
import type { Pricer } from './pricer.ts'
import type { Sums } from '../../core/usage-sums.ts'
import { addFigure } from './sums.ts'

/** Web searches are billed, and are no tokens: where usage is divided by token class they are a class of their own. */
const WEB_SEARCHES = 'web_search'

/** A sum as one for each token class in it, each with the responses that it has part in. */
export function* byTokenClass<P extends PricedPart>(whole: P, pricer: Pricer): Generator<[key: string, part: P]> {
  const nothing = { web_searches: 0, ...Object.fromEntries(TOKEN_CLASSES.map((name) => [name, 0])) }
  const part = (counts: object): P => {
    const alone = { ...whole, ...nothing, ...counts }
    return { ...alone, cost: pricer.cost(whole.price, alone) }
  }
  for (const name of TOKEN_CLASSES) {
    if (whole[name] > 0) yield [name, part({ [name]: whole[name] })]
  }
  if (whole.web_searches > 0) yield [WEB_SEARCHES, part({ web_searches: whole.web_searches })]
}

/** What a figure knows only as a sum stays in a row without a class. */
export function addFigureByClass(figure: DayFigure, sumsOf: (key: string) => Sums): void {
  const { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens } = figure
  const classes = { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens }
  const none = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 }
  let rest = figure.total_tokens
  if (!isEstimate(figure)) {
    for (const [name, count] of Object.entries(classes)) {
      if (count === 0) continue
      const key = name === 'cache_creation_tokens' ? 'cache_write_5m_tokens' : name
      addFigure(sumsOf(key), { ...figure, ...none, [name]: count, total_tokens: count })
      rest -= count
    }
  }
  if (rest > 0) addFigure(sumsOf(''), { ...figure, ...none, total_tokens: rest })
}

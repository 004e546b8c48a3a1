import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { usdText } from '../money.ts'
import type { UsageEvent } from '../usage-event.ts'
import { costOfEvent, ratesOf } from './cost.ts'
import { parseContract } from './contract.ts'
import { canonicalModel } from './model-name.ts'
import bundled from './claude-prices.json' with { type: 'json' }
import { LIST_VERSION } from './list-version.ts'
import { listPrices, priceBoundaries } from './price-book.ts'
import { parsePriceBook } from './price-file.ts'

const list = listPrices()

function anEvent(parts: Partial<UsageEvent>): UsageEvent {
  return {
    id: 'A'.repeat(22),
    kind: 'response',
    occurred_at: Date.parse('2026-11-20T12:00:00Z'),
    source: 'claude-code',
    account: '',
    machine: 'm',
    session: 's',
    project: 'p',
    model: 'claude-opus-5',
    variant: '',
    seen_as: 'main',
    client_version: '2.1.232',
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 0,
    tool_calls: 0,
    web_searches: 0,
    ...parts,
  }
}

const costs = (parts: Partial<UsageEvent>, book = list) => {
  const cost = costOfEvent(book, anEvent(parts))
  return cost === undefined ? undefined : usdText(cost)
}

describe('the price of one request', () => {
  test('is what Claude Code itself said it was', () => {
    const tokens = { input_tokens: 2, output_tokens: 4, cache_read_tokens: 15_273, cache_write_1h_tokens: 8271 }
    expect(costs(tokens)).toBe('0.0904565')
    // Five-minute writes are cheaper than those of one hour.
    expect(costs({ ...tokens, cache_write_1h_tokens: 0, cache_write_5m_tokens: 8271 })).toBe('0.05944025')
  })

  test('web searches cost a cent each', () => {
    expect(costs({ web_searches: 3 })).toBe('0.03')
  })

  test('fast mode, region and batch change the price of every token; searches stay', () => {
    const tokens = { input_tokens: 1_000_000, web_searches: 1 }
    expect(costs(tokens)).toBe('5.01')
    expect(costs({ ...tokens, variant: 'geo:us' })).toBe('5.51')
    expect(costs({ ...tokens, variant: 'tier:batch' })).toBe('2.51')
    expect(costs({ ...tokens, variant: 'fast' })).toBe('10.01')
    expect(costs({ ...tokens, variant: 'fast geo:us' })).toBe('11.01')
  })

  test('a rule that the book does not have is left out, and said', () => {
    const rates = ratesOf(list, { ...anEvent({ variant: 'geo:mars tier:gold' }), prompt_step: 0 })
    expect(rates?.notes).toEqual([
      'No price rule is known for “geo:mars”: it was left out.',
      'No price rule is known for “tier:gold”: it was left out.',
    ])
    const slow = ratesOf(list, { ...anEvent({ model: 'claude-haiku-4-5', variant: 'fast' }), prompt_step: 0 })
    expect([slow?.base, slow?.notes.length]).toEqual(['standard', 1])
  })

  test('a long prompt makes the whole request dearer, its output too, and only from the next token on', () => {
    const at = { model: 'claude-sonnet-4-5', occurred_at: Date.parse('2026-02-01T00:00:00Z'), output_tokens: 1000 }
    expect(costs({ ...at, input_tokens: 100_000, cache_read_tokens: 100_000 })).toBe('0.345')
    expect(costs({ ...at, input_tokens: 100_000, cache_read_tokens: 100_001 })).toBe('0.6825006')
  })

  test('is the one of its own day, in UTC', () => {
    const read = { model: 'claude-sonnet-5-5', cache_read_tokens: 1_000_000 }
    expect(costs({ ...read, occurred_at: Date.parse('2026-10-06T23:59:59.999Z') })).toBe('0.2')
    expect(costs({ ...read, occurred_at: Date.parse('2026-10-07T00:00:00Z') })).toBe('0.1')
    expect(priceBoundaries([list])).toContain(Date.parse('2026-10-07T00:00:00Z'))
  })

  test('of a model without a price is missing, never 0 and never a neighbour’s', () => {
    for (const model of [
      'gpt-5',
      'claude-opus-9',
      'claude-opus-5-7',
      'claude',
      'opus',
      '',
      '<synthetic>',
      'x/claude',
    ]) {
      expect([model, costs({ model, input_tokens: 1 })]).toEqual([model, undefined])
    }
  })
})

describe('names of models', () => {
  test.each([
    ['claude-opus-4-5-20251101', 'claude-opus-4-5'],
    ['claude-opus-5[1m]', 'claude-opus-5'],
    ['anthropic/claude-opus-4.6', 'claude-opus-4-6'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['claude-sonnet-4@20250514', 'claude-sonnet-4'],
    [' claude-haiku-5-5 ', 'claude-haiku-5-5'],
    ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet'],
  ])('%j is %s', (name, id) => {
    expect(canonicalModel(name, list)).toBe(id)
  })

  test('every id and alias of the book is its own model', () => {
    for (const [name, id] of list.ids) expect(canonicalModel(name, list)).toBe(id)
  })
})

test('every list price is whole picodollars under every rule, so that divisions add up', () => {
  for (const model of list.models.keys()) {
    for (const variant of ['', 'geo:us', 'tier:batch', 'fast', 'geo:us tier:batch', 'fast geo:us']) {
      for (const era of [0, ...priceBoundaries([list])]) {
        for (const prompt_step of [0, 1, 2] as const) {
          const rates = ratesOf(list, { model, variant, occurred_at: era, prompt_step })
          if (rates === undefined) continue
          const { period, base, multipliers } = rates
          const given = { standard: period.rates, fast: period.fast, 'long-prompt': period.long_prompt?.rates }[base]
          const percent = multipliers.reduce((product, rule) => product * rule.percent, 1n)
          const unit = 100n ** BigInt(multipliers.length)
          for (const [name, rate] of Object.entries(rates.tokens)) {
            expect(rate * unit).toBe((given?.[name as keyof typeof given] ?? 0n) * percent)
          }
        }
      }
    }
  }
})

test('the cost of a sum is the sum of the costs, where all that a price depends on agrees', () => {
  const counts = fc.record({
    input_tokens: fc.nat(50_000),
    output_tokens: fc.nat(50_000),
    cache_read_tokens: fc.nat(20_000),
    cache_write_5m_tokens: fc.nat(10_000),
    cache_write_1h_tokens: fc.nat(10_000),
    web_searches: fc.nat(3),
  })
  fc.assert(
    fc.property(
      counts,
      counts,
      fc.constantFrom(...list.models.keys()),
      fc.constantFrom('', 'geo:us', 'fast'),
      (a, b, model, variant) => {
        const price = (parts: Partial<UsageEvent>) => costOfEvent(list, anEvent({ model, variant, ...parts }))
        const alone = [price(a), price(b)]
        const sum = Object.fromEntries(
          Object.keys(a).map((name) => [name, a[name as 'web_searches'] + b[name as 'web_searches']]),
        )
        const rates = ratesOf(list, { ...anEvent({ model, variant }), prompt_step: 0 })
        // A sum may look like a long prompt, and two short ones are none: sums are priced by their own step.
        if (rates?.period.long_prompt !== undefined) return
        expect(price(sum)).toBe(alone.includes(undefined) ? undefined : (alone[0] ?? 0n) + (alone[1] ?? 0n))
      },
    ),
  )
})

describe('a price book', () => {
  const book = (parts: object) => ({
    schema: 1,
    compiled: '2026-01-01',
    rules: { web_search_usd_per_request: 0.01 },
    models: { m: { periods: [{ rates: RATES, ...parts }] } },
  })

  test('that comes with the program is written as its schema says', () => {
    expect(parsePriceBook(bundled)).toEqual(list)
    expect(LIST_VERSION).toBe(list.version)
  })

  test.each([
    ['a period that ends before it starts', book({ from: '2026-02-02', to: '2026-02-01' })],
    ['a negative price', book({ rates: { ...RATES, input: -1 } })],
    ['a price as text', book({ rates: { ...RATES, input: '5' } })],
    ['a misspelled field', book({ rate: RATES })],
    ['no models', { ...book({}), models: [] }],
    ['another schema', { ...book({}), schema: 2 }],
  ])('with %s is refused', (_, json) => {
    expect(() => parsePriceBook(json)).toThrow(/^These prices cannot be used: /)
  })

  test('in which one name stands for two models is refused', () => {
    const models = {
      a: { aliases: ['x'], periods: [{ rates: RATES }] },
      b: { aliases: ['x'], periods: [{ rates: RATES }] },
    }
    expect(() => parsePriceBook({ ...book({}), models })).toThrow('x names two models')
  })
})

const RATES = { input: 3, output: 15, cache_write_5m: 3.75, cache_write_1h: 6, cache_read: 0.3 }

describe('contract prices', () => {
  test('are a discount on the list, and prices of their own', () => {
    const contract = parseContract(
      { name: 'ACME 2026', discount_percent: 12.5, models: { 'in-house': { periods: [{ rates: RATES }] } } },
      list,
    )
    expect(contract.name).toBe('ACME 2026')
    expect(costs({ input_tokens: 1_000_000 }, contract)).toBe('4.375')
    expect(costs({ input_tokens: 1_000_000, variant: 'geo:us' }, contract)).toBe('4.8125')
    expect(costs({ input_tokens: 1_000_000, model: 'in-house' }, contract)).toBe('3')
    expect(costs({ web_searches: 1 }, contract)).toBe('0.01')
    expect(costs({ input_tokens: 1, model: 'unknown' }, contract)).toBeUndefined()
  })

  test('of a model of the list win over the discount, under every name of it', () => {
    const contract = parseContract(
      { name: 'x', discount_percent: 50, models: { 'claude-opus-4-5-20251101': { periods: [{ rates: RATES }] } } },
      list,
    )
    expect(costs({ input_tokens: 1_000_000, model: 'claude-opus-4-5' }, contract)).toBe('3')
    expect(costs({ input_tokens: 1_000_000, model: 'claude-opus-5' }, contract)).toBe('2.5')
  })

  describe('that are silent of what the list price makes a difference of', () => {
    const own = (model: string, period: object = {}, more: object = {}) =>
      parseContract({ name: 'x', models: { [model]: { ...more, periods: [{ rates: RATES, ...period }] } } }, list)
    const million = { input_tokens: 1_000_000 }
    const short = { input_tokens: 50_000 }

    test('have no price for fast mode, rather than the standard one', () => {
      const fast = { ...million, model: 'claude-opus-5', variant: 'fast' }
      expect(costs(fast, own('claude-opus-5'))).toBeUndefined()
      expect(costs(fast, own('claude-opus-5', { fast: { rates: RATES } }))).toBe('3')
      expect(costs({ ...fast, model: 'in-house' }, own('in-house'))).toBeUndefined()
    })

    test('have no price for the US, where the region makes a difference', () => {
      const us = { ...million, model: 'claude-opus-5', variant: 'geo:us' }
      expect(costs(us, own('claude-opus-5'))).toBeUndefined()
      expect(costs(us, own('claude-opus-5', {}, { us_geo_multiplier: 1.1 }))).toBe('3.3')
      expect(costs(us, own('claude-opus-5', {}, { us_geo_multiplier: 1 }))).toBe('3')
      expect(costs({ ...us, model: 'in-house' }, own('in-house'))).toBeUndefined()
      // Of Opus 4.5 the list price is the same everywhere.
      expect(costs({ ...us, model: 'claude-opus-4-5' }, own('claude-opus-4-5'))).toBe('3')
    })

    test('have no price for a long prompt, where it is dearer', () => {
      const long = { ...million, model: 'claude-sonnet-4-5' }
      expect(costs(long, own('claude-sonnet-4-5'))).toBeUndefined()
      expect(costs({ ...long, ...short }, own('claude-sonnet-4-5'))).toBe('0.15')
      const says = { long_prompt: { threshold_prompt_tokens: 200_000, rates: RATES } }
      expect(costs(long, own('claude-sonnet-4-5', says))).toBe('3')
      expect(costs({ ...long, model: 'claude-opus-4-5' }, own('claude-opus-4-5'))).toBe('3')
    })
  })

  test.each([
    ['no name', { discount_percent: 1 }],
    ['a discount above 100', { name: 'x', discount_percent: 101 }],
    ['a discount finer than a ten-thousandth', { name: 'x', discount_percent: 1.00001 }],
    ['a field that is not known', { name: 'x', discount: 5 }],
    ['a list', []],
  ])('with %s are refused', (_, json) => {
    expect(() => parseContract(json, list)).toThrow(/^These prices cannot be used: contract: /)
  })
})

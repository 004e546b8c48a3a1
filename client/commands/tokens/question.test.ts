import { describe, expect, test } from 'vitest'
import { type TokensOptions, tokensQuestion } from './question.ts'
import { NOW } from './testing.ts'

function ask(options: TokensOptions = {}) {
  return tokensQuestion(options, { now: () => NOW, zone: 'Europe/Berlin' })
}

function refusal(options: TokensOptions): unknown {
  try {
    return ask(options)
  } catch (error) {
    return error
  }
}

describe('a range', () => {
  test('is the last seven days, compared with the seven before', () => {
    expect(ask()).toMatchObject({
      range: { from: '2026-11-16', to: '2026-11-22', tz: 'Europe/Berlin' },
      before: { from: '2026-11-09', to: '2026-11-15', tz: 'Europe/Berlin' },
      days: 7,
      by: 'model',
      today: '2026-11-22',
    })
  })

  test('has days, ends or both, as people type them', () => {
    expect(ask({ days: 30 }).range).toMatchObject({ from: '2026-10-24', to: '2026-11-22' })
    expect(ask({ since: 'monday' }).range).toMatchObject({ from: '2026-11-16', to: '2026-11-22' })
    expect(ask({ since: '2w' }).days).toBe(14)
    expect(ask({ since: '2026-11-01', until: 'yesterday' }).range).toMatchObject({
      from: '2026-11-01',
      to: '2026-11-21',
    })
    expect(ask({ days: 2, until: '2026-11-10' }).range).toMatchObject({ from: '2026-11-09', to: '2026-11-10' })
  })

  test('has the days of the zone that was asked for', () => {
    expect(ask({ days: 1, tz: 'Pacific/Auckland' }).range).toEqual({
      from: '2026-11-23',
      to: '2026-11-23',
      tz: 'Pacific/Auckland',
    })
  })
})

describe('a question that cannot be asked says what would work', () => {
  test('a day that is none', () => {
    expect(refusal({ since: '2026-13-99' })).toMatchObject({
      code: 'invalid-request',
      message: '--since 2026-13-99 is not a date.',
      hint: 'Works: 7d, 2w, yesterday, monday, 2026-11-01',
    })
    expect(refusal({ until: 'soon' })).toMatchObject({ message: '--until soon is not a date.' })
  })

  test('a number of days that is none, or too many', () => {
    for (const days of [0, -1, 1.5, 3661, Number.NaN]) {
      expect(refusal({ days }), String(days)).toMatchObject({
        code: 'invalid-request',
        message: '--days must be a whole number from 1 to 3660.',
      })
    }
    expect(ask({ days: 3660 }).days).toBe(3660)
  })

  test('a range that ends before it starts', () => {
    expect(refusal({ since: 'today', until: 'yesterday' })).toMatchObject({ code: 'invalid-request' })
  })

  test('an unknown zone', () => {
    expect(refusal({ tz: 'Mars/Olympus' })).toMatchObject({ code: 'invalid-request' })
  })

  test('two beginnings, or two formats', () => {
    expect(refusal({ days: 7, since: 'monday' })).toMatchObject({ code: 'invalid-request' })
    expect(refusal({ json: true, csv: true })).toMatchObject({ message: '--json and --csv are different formats.' })
    expect(ask({ json: true, csv: false }).days).toBe(7)
  })
})

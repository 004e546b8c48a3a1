import { describe, expect, test } from 'vitest'
import { rangeText, rowLabel, shortDay, spokenDay } from './dates.ts'

const TODAY = '2026-11-22'

function range(from: string, to: string): string {
  return rangeText({ from, to }, TODAY, '–')
}

describe('a range', () => {
  test('says each thing once', () => {
    expect(range('2026-11-16', '2026-11-22')).toBe('16–22 Nov')
    expect(range('2026-10-28', '2026-11-03')).toBe('28 Oct – 3 Nov')
    expect(range('2026-11-02', '2026-11-02')).toBe('Mon 2 Nov')
  })

  test('names the year where it is not this one', () => {
    expect(range('2025-11-16', '2025-11-22')).toBe('16–22 Nov 2025')
    expect(range('2025-10-28', '2025-11-03')).toBe('28 Oct – 3 Nov 2025')
    expect(range('2025-12-28', '2026-01-03')).toBe('28 Dec 2025 – 3 Jan 2026')
    expect(range('2025-11-22', '2026-11-21')).toBe('22 Nov 2025 – 21 Nov 2026')
    expect(range('2025-11-02', '2025-11-02')).toBe('Sun 2 Nov 2025')
  })
})

test('a row’s label is as wide as its neighbours’', () => {
  expect(rowLabel('2026-11-02', { year: false })).toBe('Mon  2 Nov')
  expect(rowLabel('2026-11-16', { year: true })).toBe('Mon 16 Nov 2026')
})

test('a day in a sentence and a day that is read aloud', () => {
  expect(shortDay('2026-11-05', TODAY)).toBe('Thu 5 Nov')
  expect(shortDay('2025-11-05', TODAY)).toBe('Wed 5 Nov 2025')
  expect(spokenDay('2026-11-16', TODAY)).toBe('Monday 16 November')
  expect(spokenDay('2025-11-16', TODAY)).toBe('Sunday 16 November 2025')
})

test('weekdays are right before 1970, too', () => {
  expect(rowLabel('1969-12-31', { year: false })).toBe('Wed 31 Dec')
})

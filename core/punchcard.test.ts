import { expect, test } from 'vitest'
import { commonerWeekdays, hourText, punchcardDays } from './punchcard.ts'

test('whole weeks have every weekday as often as the others', () => {
  expect(commonerWeekdays({ from: '2026-11-09', to: '2026-11-22' })).toEqual([])
  expect(commonerWeekdays({ from: '2026-11-07', to: '2026-11-22' })).toEqual(['Saturday', 'Sunday'])
  expect(commonerWeekdays({ from: '2026-11-18', to: '2026-11-22' })).toEqual([])
})

test('a weekday that the range does not have is told apart from one without use', () => {
  const days = punchcardDays({ from: '2026-11-21', to: '2026-11-23', cells: [] })
  expect(days.filter(({ isInRange }) => isInRange).map(({ name }) => name)).toEqual(['Monday', 'Saturday', 'Sunday'])
  expect(days.every(({ hours }) => hours.length === 24 && hours.every((cell) => cell === undefined))).toBe(true)
})

test('the last hour ends at midnight', () => {
  expect([0, 23].map((hour) => hourText(hour, '–'))).toEqual(['00:00–01:00', '23:00–00:00'])
})

import { expect, test } from 'vitest'
import { commonerText, hourText, punchcardDays } from './punchcard.ts'

test('whole weeks have every weekday as often as the others', () => {
  const text = (from: string) => commonerText({ from, to: '2026-11-22' })
  expect(text('2026-11-09')).toBe('')
  expect(text('2026-11-07')).toBe('Sat, Sun come once more than the other weekdays.')
  expect(text('2026-11-08')).toBe('Sun comes once more than the other weekdays.')
  // Of less than two weeks one sees it.
  expect(text('2026-11-18')).toBe('')
})

test('a weekday that the range does not have is told apart from one without use', () => {
  const days = punchcardDays({ from: '2026-11-21', to: '2026-11-23', cells: [] })
  expect(days.filter(({ isInRange }) => isInRange).map(({ name }) => name)).toEqual(['Monday', 'Saturday', 'Sunday'])
  expect(days.every(({ hours }) => hours.length === 24 && hours.every((cell) => cell === undefined))).toBe(true)
})

test('the last hour ends at midnight', () => {
  expect([0, 23].map((hour) => hourText(hour, '–'))).toEqual(['00:00–01:00', '23:00–00:00'])
})

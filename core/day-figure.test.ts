import { expect, test } from 'vitest'
import { type DayFigure, settleDay } from './day-figure.ts'

const figure = (model: string, total_tokens: number): DayFigure => ({
  machine: 'm',
  origin: 'protocol-1',
  date: '2026-01-01',
  model,
  total_tokens,
  input_tokens: total_tokens,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_creation_tokens: 0,
})

test('a day told both as one sum and by model counts once: what the models leave has no model', () => {
  expect(settleDay([figure('', 100), figure('opus', 60), figure('haiku', 30)])).toEqual([
    figure('opus', 60),
    figure('haiku', 30),
    figure('', 10),
  ])
  expect(settleDay([figure('', 80), figure('opus', 90)])).toEqual([figure('opus', 90)])
  expect(settleDay([figure('', 80)])).toEqual([figure('', 80)])
})

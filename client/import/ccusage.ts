import { z } from 'zod'
import { isDay } from '../../core/day.ts'
import { figureOf, type ImportFile, type MachineDays } from './days.ts'

const count = z.int().min(0)
const tokens = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheCreationTokens: count.default(0),
  cacheReadTokens: count.default(0),
})
const day = tokens.extend({
  date: z.string().refine(isDay).optional(),
  // `ccusage daily` of version 20 calls it so where several agents are summed.
  period: z.string().refine(isDay).optional(),
  modelBreakdowns: z.array(tokens.extend({ modelName: z.string() })).default([]),
})
const report = z.union([
  z.object({ daily: z.array(day).min(1) }),
  z.object({ type: z.literal('daily'), data: z.array(day).min(1) }),
  z.object({ projects: z.record(z.string(), z.array(day)) }),
])

/** ccusage's `daily --json`, with or without `--instances`; undefined for anything else. */
export function readCcusage(json: unknown): ImportFile | undefined {
  const parsed = report.safeParse(json)
  if (!parsed.success) return undefined
  const days =
    'daily' in parsed.data
      ? parsed.data.daily
      : 'data' in parsed.data
        ? parsed.data.data
        : Object.values(parsed.data.projects).flat()
  const sums = new Map<string, MachineDays['figures'][number]>()
  let undated = 0
  for (const { date, period, modelBreakdowns, ...whole } of days) {
    const of = date ?? period
    if (of === undefined) {
      undated++
      continue
    }
    const parts = modelBreakdowns.length > 0 ? modelBreakdowns : [{ ...whole, modelName: '' }]
    for (const { modelName, ...part } of parts) add(sums, of, modelName, part)
  }
  return {
    kind: 'ccusage',
    machines: [{ figures: [...sums.values()], activity: [] }],
    notes: [
      'ccusage counts days in the time zone of whoever ran it; they are taken for UTC days.',
      ...(undated > 0 ? [`${undated} rows without a day are left out.`] : []),
    ],
  }
}

function add(
  sums: Map<string, MachineDays['figures'][number]>,
  date: string,
  model: string,
  part: z.output<typeof tokens>,
): void {
  const before = sums.get(`${date} ${model}`)
  const sum = figureOf(date, model, {
    input_tokens: (before?.input_tokens ?? 0) + part.inputTokens,
    output_tokens: (before?.output_tokens ?? 0) + part.outputTokens,
    cache_read_tokens: (before?.cache_read_tokens ?? 0) + part.cacheReadTokens,
    cache_creation_tokens: (before?.cache_creation_tokens ?? 0) + part.cacheCreationTokens,
  })
  if (sum !== undefined) sums.set(`${date} ${model}`, sum)
}

import { z } from 'zod'
import { isTimeZone } from '../core/calendar.ts'
import { isDay } from '../core/day.ts'
import { GROUPINGS } from '../core/grouping.ts'
import { METRICS } from '../core/metric.ts'
import { isPreset } from '../core/presets.ts'
import { reportSpecs } from '../core/report-specs.ts'
import { isCleanName } from '../core/text.ts'

/** Read-only links: what of the usage they show, and for how long. */

/** What a link may show besides the totals, which are always in it. */
export const SHARE_BLOCKS = ['chart', 'machines', 'projects', 'models', 'year'] as const

const day = z.string().refine(isDay, 'must be a day such as 2026-11-01').meta({ format: 'date' })
const instant = z.iso.datetime()
const names = z.array(z.string().min(1).max(400)).max(100)

const shareView = z.strictObject({
  range: z
    .union([z.string().refine(isPreset, 'must be a range such as 30d'), z.strictObject({ from: day, to: day })])
    .meta({ description: 'A range that moves with the clock (`7d`, `30d`, `month`, …), or two days.' }),
  by: z.enum(GROUPINGS),
  metric: z.enum(METRICS),
  tz: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin'),
  filters: z.strictObject({ machine: names, project: names, model: names, account: names }),
})

export const shareRequest = z.strictObject({
  name: z.string().min(1).max(200).refine(isCleanName, 'must be a printable name of at most 200 characters'),
  ends_at: instant.meta({ description: 'When it stops working; in a year at the latest.' }),
  blocks: z.array(z.enum(SHARE_BLOCKS)).max(SHARE_BLOCKS.length),
  has_names: z.boolean().meta({ description: 'Whether machines, projects and accounts are named, or numbered.' }),
  has_cost: z.boolean(),
  view: shareView,
})

const share = z.object({
  id: z.string(),
  ...shareRequest.shape,
  created_at: instant,
  last_used: instant.nullable(),
})

export const sharesAnswer = z.object({ shares: z.array(share) })
export const shareMadeAnswer = z.object({
  share,
  secret: z.string().meta({ description: 'What stands after the # of the link. Shown only this once.' }),
})
export const shareEndedAnswer = z.object({ ended: z.literal(1) })

export const sharedAnswer = z.object({
  name: z.string(),
  ends_at: instant,
  blocks: z.array(z.enum(SHARE_BLOCKS)),
  has_cost: z.boolean(),
  view: shareView.omit({ filters: true }),
  overview: reportSpecs.overview.answer,
})

export type ShareRequest = z.output<typeof shareRequest>
export type ShareRow = z.output<typeof share>
export type ShareView = z.output<typeof shareView>
export type SharedAnswer = z.output<typeof sharedAnswer>

import { canonicalModel } from '../../../core/prices/model-name.ts'
import { listPrices } from '../../../core/prices/price-book.ts'
import { localDay } from '../../../core/calendar.ts'
import { Problem } from '../../../core/problem.ts'
import { parseDay } from '../../../core/range.ts'
import { eventId } from '../../../sources/claude-code/event-id.ts'
import type { Surroundings } from '../../surroundings.ts'
import { namesRange, type RangeQuestion, rangeQuestion, type ReportOptions } from '../report/options.ts'

/** What is to be explained: the usage of some days, or one event by its id. */
export type Subject =
  | { readonly kind: 'range'; readonly question: RangeQuestion }
  | { readonly kind: 'event'; readonly question: RangeQuestion; readonly event: string }

const DAYS_OF_A_MODEL = 30

/**
 * A day as people type it, a model, or an event: by its own id, or by the response's id as transcripts and bills have
 * it. Nothing means today. Throws `invalid-request` for what is none of these.
 */
export function subjectOf(what: string | undefined, options: ReportOptions, surroundings: Surroundings): Subject {
  const text = what?.trim() ?? ''
  const event = eventOf(text)
  if (event !== undefined) return { kind: 'event', event, question: rangeQuestion(options, surroundings, 1) }
  if (text === '') return { kind: 'range', question: rangeQuestion(options, surroundings, 1) }
  if (isModel(text)) {
    const model = [...(options.model ?? []), text]
    return { kind: 'range', question: rangeQuestion({ ...options, model }, surroundings, DAYS_OF_A_MODEL) }
  }
  const today = localDay(surroundings.now(), options.tz ?? surroundings.zone)
  const day = dayOf(text, today)
  if (namesRange(options)) {
    throw new Problem('invalid-request', `${text} and --days, --since or --until both say which days.`, {
      hint: `Use one of them: forge explain ${day}`,
    })
  }
  return {
    kind: 'range',
    question: rangeQuestion({ ...options, since: day, ...(isStretch(text) ? {} : { until: day }) }, surroundings, 1),
  }
}

function eventOf(text: string): string | undefined {
  if (/^msg_\w+$/.test(text)) return eventId(`message ${text}`)
  if (/^req_\w+$/.test(text)) return eventId(`request ${text}`)
  return /^[\w-]{22}$/.test(text) && !isModel(text) ? text : undefined
}

/** Also a model that no price is known of, as long as it looks like one. */
function isModel(text: string): boolean {
  return canonicalModel(text, listPrices()) !== undefined || /^(?:claude-|.*\/)|^[a-z][a-z0-9.]*-[\d.]/i.test(text)
}

/** `7d`, `week`: from then on until today, not that day alone. */
function isStretch(text: string): boolean {
  return /^(?:\d+[dw]|week|month)$/i.test(text)
}

function dayOf(text: string, today: string): string {
  try {
    return parseDay(text, 'explain', today)
  } catch (cause) {
    throw new Problem('invalid-request', `“${text}” is no day, model or event.`, {
      hint: 'Works: today, yesterday, monday, 2026-11-20, claude-opus-5, msg_01…, or an event’s 22 characters.',
      cause,
    })
  }
}

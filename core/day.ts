/** A calendar day, `YYYY-MM-DD`. A label, not an instant: which instants it spans depends on the zone. */
export type Day = string

const MS_PER_DAY = 86_400_000

/** Is this text a real calendar day? (`2026-02-30` is not.) */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

/** Days since 1970-01-01; a day as a number, for ledgers and neighbours. Throws on text that is no day. */
export function dayNumber(day: Day): number {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`)
  return Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY
}

/** Ten years of days. */
const MOST_REMEMBERED = 4000
const remembered = new Map<number, Day>()

export function dayFromNumber(number: number): Day {
  let day = remembered.get(number)
  if (day === undefined) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(number, (day = new Date(number * MS_PER_DAY).toISOString().slice(0, 10)))
  }
  return day
}

export function addDays(day: Day, days: number): Day {
  return dayFromNumber(dayNumber(day) + days)
}

/** Every day from one to another, both included. */
export function daysFrom(from: Day, to: Day): Day[] {
  const first = dayNumber(from)
  return Array.from({ length: Math.max(0, dayNumber(to) - first + 1) }, (_, i) => dayFromNumber(first + i))
}

/** The UTC day, as a number, in which an instant lies. */
export function utcDayNumber(instant: number): number {
  return Math.floor(instant / MS_PER_DAY)
}

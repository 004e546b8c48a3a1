/** Instants for people, in the zone that is looked at. */

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`
  let found = formatters.get(key)
  if (found === undefined)
    formatters.set(key, (found = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone })))
  return found
}

/** `20:34`. */
export function clockTime(instant: number, zone: string): string {
  return formatter(zone, { hour: '2-digit', minute: '2-digit' }).format(instant)
}

/** `Thu 19 Nov, 20:34`; with the year where it is another one. */
export function dateTime(instant: number, zone: string, now: number): string {
  const parts = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  const year = formatter(zone, { year: 'numeric' })
  const isThisYear = year.format(instant) === year.format(now)
  return formatter(zone, isThisYear ? parts : { ...parts, year: 'numeric' }).format(instant)
}

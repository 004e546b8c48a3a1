import { readFileSync } from 'node:fs'

/** A stretch of time with one offset from UTC, both in milliseconds. The first begins at minus infinity. */
export interface Stretch {
  readonly starts: number
  readonly offset: number
}

/**
 * The offsets of a time zone, from a compiled file of the system's tz database (RFC 9636), by nothing that the product
 * uses. Undefined where there is none, or where it leaves times before `until` to a rule in its footer.
 */
export function readZone(zone: string, until: number): Stretch[] | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(`/usr/share/zoneinfo/${zone}`)
  } catch {
    return undefined
  }
  if (bytes.toString('latin1', 0, 4) !== 'TZif' || bytes.readUInt8(4) < 0x32) return undefined
  const first = counts(bytes, 0)
  // The second block is the same with 64-bit times.
  const at = 44 + first.times * 5 + first.types * 6 + first.chars + first.leaps * 8 + first.standard + first.utc
  const { times, types, chars, leaps, standard, utc } = counts(bytes, at)
  const data = at + 44
  const typesAt = data + times * 9
  const offsetOf = (type: number) => bytes.readInt32BE(typesAt + type * 6) * 1000
  const stretches: Stretch[] = [{ starts: Number.NEGATIVE_INFINITY, offset: offsetOf(0) }]
  for (let i = 0; i < times; i++) {
    const starts = Number(bytes.readBigInt64BE(data + i * 8)) * 1000
    stretches.push({ starts, offset: offsetOf(bytes.readUInt8(data + times * 8 + i)) })
  }
  const footer = bytes.toString('latin1', typesAt + types * 6 + chars + leaps * 12 + standard + utc).trim()
  const isEnded = footer.includes(',') && (stretches.at(-1)?.starts ?? 0) < until
  return isEnded ? undefined : stretches
}

function counts(bytes: Buffer, at: number) {
  const count = (i: number) => bytes.readUInt32BE(at + 20 + i * 4)
  return { utc: count(0), standard: count(1), leaps: count(2), times: count(3), types: count(4), chars: count(5) }
}

const DAY_MS = 86_400_000

/** The first instant whose local date is a day (as days since 1970) or later. */
export function startOfDayBy(stretches: readonly Stretch[], day: number): number {
  for (const [i, { starts, offset }] of stretches.entries()) {
    const ends = stretches[i + 1]?.starts ?? Number.POSITIVE_INFINITY
    // Local time only grows within a stretch, so the day's first instant in it is midnight or its beginning.
    const found = Math.max(starts, day * DAY_MS - offset)
    if (found < ends) return found
  }
  throw new Error('the last stretch has no end')
}

/** The offset at an instant. */
export function offsetBy(stretches: readonly Stretch[], instant: number): number {
  return stretches.findLast(({ starts }) => starts <= instant)?.offset ?? 0
}

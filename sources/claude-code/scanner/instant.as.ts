/** `2026-10-30T12:35:21.206Z`, as Claude Code writes every instant. */

/** Milliseconds since 1970, or -1 where the text is written otherwise, or names no day or time of the calendar. */
export function instantOf(p: usize, length: i32): f64 {
  if (length != 24 || !isShaped(p)) return -1
  const year = digits2(p) * 100 + digits2(p + 2)
  const month = digits2(p + 5)
  const day = digits2(p + 8)
  const hour = digits2(p + 11)
  const minute = digits2(p + 14)
  const second = digits2(p + 17)
  const ms = digits2(p + 20) * 10 + digit(p + 22)
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysOf(month, year)) return -1
  if (hour > 23 || minute > 59 || second > 59) return -1
  return f64((((i64(daysBefore(year, month, day)) * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms)
}

/** Digits and signs, each in its place. */
function isShaped(p: usize): bool {
  for (let i: usize = 0; i < 24; i++) {
    const byte = load<u8>(p + i)
    const expected = load<u8>(shape + i)
    if (expected == 0x30 /* 0 */ ? u32(byte) - 0x30 > 9 : byte != expected) return false
  }
  return true
}

const shape: usize = memory.data<u8>([
  0x30, 0x30, 0x30, 0x30, 0x2d, 0x30, 0x30, 0x2d, 0x30, 0x30, 0x54, 0x30, 0x30, 0x3a, 0x30, 0x30, 0x3a, 0x30, 0x30,
  0x2e, 0x30, 0x30, 0x30, 0x5a,
])

function daysOf(month: i32, year: i32): i32 {
  if (month == 2) return isLeap(year) ? 29 : 28
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
}

function isLeap(year: i32): bool {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/** Days between 1970-01-01 and a day, by years that begin in March, so that a leap day comes last. */
function daysBefore(year: i32, month: i32, day: i32): i32 {
  const marchYear = month <= 2 ? year - 1 : year
  const marchMonth = month <= 2 ? month + 9 : month - 3
  const leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
  return marchYear * 365 + leapDays + (153 * marchMonth + 2) / 5 + day - 1 - 719468
}

function digits2(p: usize): i32 {
  return digit(p) * 10 + digit(p + 1)
}

function digit(p: usize): i32 {
  return i32(load<u8>(p)) - 0x30
}

/** Numbers for people, the same in terminal and page. */

/**
 * A count with at most four significant digits and its unit: `3.55M`, `14.09M`, `997K`, `812`; `-` for none.
 * Above a billion: `1.02B`; above a trillion: `3.10T`, then `Q`.
 */
export function compactCount(count: number): string {
  if (count === 0) return '-'
  if (count < 1000) return String(count)
  const units = ['K', 'M', 'B', 'T', 'Q'] as const
  for (const [i, unit] of units.entries()) {
    const value = count / 1000 ** (i + 1)
    const digits = i === 0 ? (value >= 100 ? 0 : value >= 10 ? 1 : 2) : value >= 100 ? 1 : 2
    const text = value.toFixed(digits)
    // Rounding may carry into the next unit: 999,950 is 1.00M, not 1000K.
    if (Number(text) < 1000 || i === units.length - 1) return text + unit
  }
  return String(count)
}

/** A whole count with thousands separators: `3,551,204`. */
export function fullCount(count: number): string {
  return grouped(String(count))
}

/** Whole digits with a comma at every thousand. (`toLocaleString` wakes Intl, which takes 20 ms the first time.) */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `a` as a share of `b`, in whole percent: `86%`; `-` when there is nothing to share. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.round((100 * part) / whole)}%`
}

/** How long ago, in the units that have passed whole: `just now`, `2 min ago`, `3 h ago`, `19 days ago`. */
export function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ago`
  return `${Math.floor(hours / 24)} days ago`
}

/** Bytes for people: `812 B`, `18.2 KB`, `1.04 MB`. */
export function byteCount(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(2)} MB`
}

/** `1 event`, `2 events`; the plural is the singular with an s unless given. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${fullCount(count)} ${count === 1 ? one : many}`
}

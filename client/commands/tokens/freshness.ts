import { ago } from '../../../core/format.ts'
import type { MachineRow } from '../../../core/report-specs.ts'
import { isExpected, isStale, STALE_MS } from '../../../core/machines.ts'
import type { Style } from '../../terminal/style.ts'
import { printable, shorten } from '../../terminal/text.ts'

const HOUR = 3_600_000
/** So many machines are named in a sentence; the others are counted. */
const NAMED = 3
const LONGEST_NAME = 24

/**
 * How fresh the totals are: `Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.` Names the machines that lag behind
 * the latest by more than an hour; of those that are hidden, archived or made for a job nothing is expected.
 */
export function freshness(machines: readonly MachineRow[], now: number, style: Style): string | undefined {
  const seen = machines
    .filter(isExpected)
    .map(({ hostname, last_sync }) => ({ hostname, age: Math.max(0, now - Date.parse(last_sync)) }))
    .toSorted((a, b) => a.age - b.age)
  const [latest, ...others] = seen
  if (latest === undefined) return undefined
  const behind = others.filter(({ age }) => age > HOUR && age > latest.age + HOUR)
  const lagging = behind.filter(({ age }) => age < STALE_MS)
  const stale = behind.filter(({ age }) => age >= STALE_MS)
  const list = (some: readonly { hostname: string; age: number }[]) => {
    const named = some.slice(0, NAMED).map(({ hostname, age }) => `${nameOf(hostname, style)} ${ago(age)}`)
    return [...named, ...(some.length > NAMED ? [`${some.length - NAMED} more`] : [])].join(', ')
  }
  const sign = `${style.signs.warn} `
  const synced = `${latest.age >= STALE_MS ? sign : ''}Synced ${ago(latest.age)}`
  return `${[synced, ...(lagging.length > 0 ? [list(lagging)] : [])].join(', ')}${stale.length > 0 ? `; ${sign}${list(stale)}` : ''}.`
}

/** Claude Code's default, where a machine has not said what it is set to. */
const DEFAULT_CLEANUP_DAYS = 30
/** From so many days before its transcripts are deleted a silent machine is warned of. */
const WARN_DAYS = 14
const DAY = 24 * HOUR

/** Says which machine's oldest transcripts will soon be deleted unread, or are being deleted; '' for none. */
export function deletionWarning(machines: readonly MachineRow[], now: number, style: Style): string {
  const endangered = machines
    .filter((machine) => isStale(machine, now))
    .map(({ hostname, last_sync, cleanup_period_days }) => {
      const silent = now - Date.parse(last_sync)
      return { hostname, silent, left: (cleanup_period_days ?? DEFAULT_CLEANUP_DAYS) * DAY - silent }
    })
    .filter(({ left }) => left < WARN_DAYS * DAY)
    .toSorted((a, b) => a.left - b.left)
  const [first] = endangered
  if (first === undefined) return ''
  const days = Math.floor(first.left / DAY)
  const when =
    days < 0 ? 'are being deleted unread' : `are deleted in ${days === 1 ? '1 day' : `${Math.max(days, 0)} days`}`
  const more = endangered.length > 1 ? ` (and ${endangered.length - 1} more)` : ''
  return `${style.signs.warn} ${nameOf(first.hostname, style)}${more} has not synced for ${Math.floor(first.silent / DAY)} days; its oldest transcripts ${when}.`
}

function nameOf(hostname: string, style: Style): string {
  return shorten(printable(hostname, style), LONGEST_NAME, style)
}

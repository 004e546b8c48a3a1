import type { UsageEvent } from '../../../core/usage-event.ts'
import { sources, transcriptsIn } from '../../../sources/source.ts'
import { eventsAfter } from '../../../store/events.ts'
import type { Ledger } from '../../../store/open.ts'
import { ONLY_OWNER } from '../../../store/schema.ts'
import type { Surroundings } from '../../surroundings.ts'
import { askCcusage } from './ask.ts'
import { compare, type Compared, summaryOf } from './compare.ts'
import { ruledByCcusage } from './rule.ts'

/** How this ledger and ccusage agree, or why ccusage could not be asked. */
export type CcusageCheck =
  | (ReturnType<typeof summaryOf> & { readonly days: readonly Compared[] })
  | { readonly problem: string }

/** Null where none is installed. It reads every transcript once more, so only where there is something to compare. */
export async function checkCcusage(ledger: Ledger, surroundings: Surroundings): Promise<CcusageCheck | null> {
  const tz = surroundings.zone
  const answer = await askCcusage(surroundings, { tz })
  if (answer.is === 'absent') return null
  if (answer.is === 'silent') return { problem: answer.why }
  const paths = sources
    .flatMap((source) => transcriptsIn(source.search(surroundings).found()))
    .filter(({ source }) => source === 'claude-code')
    .map(({ path }) => path)
  const events = await everyEvent(ledger)
  const sides = { events, ruled: ruledByCcusage(paths, { tz }), report: answer.report }
  const days = compare(sides, { tz, now: surroundings.now() })
  return { ...summaryOf(days), days: days.filter(({ differences }) => differences.length > 0) }
}

const PAGE = 5000

async function everyEvent({ db }: Ledger): Promise<UsageEvent[]> {
  const events: UsageEvent[] = []
  for (let after = 0; ;) {
    const page = await eventsAfter(db, ONLY_OWNER, after, PAGE)
    for (const { event } of page) events.push(event)
    after = page.at(-1)?.seq ?? after
    if (page.length < PAGE) return events
  }
}

import { type FigureOrigin, mostTrusted } from '../../core/day-figure.ts'
import type { Day } from '../../core/day.ts'
import { eventDays, type OriginDay, originDays } from '../../store/imports.ts'
import { findMachines, machineIdFor } from '../../store/machines.ts'
import type { Tx } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import type { figureSets, ImportFile } from './days.ts'

/** What a file would add to this ledger. */
export interface Preview {
  readonly kind: ImportFile['kind']
  readonly days: number
  readonly total_tokens: number
  /** The import that told all of it already; null where there is none. */
  readonly already: FigureOrigin | null
  readonly machines: readonly PreviewMachine[]
  readonly notes: readonly string[]
}

export interface PreviewMachine {
  readonly machine: string
  readonly hostname: string
  readonly from: Day
  readonly to: Day
  readonly days: number
  readonly total_tokens: number
  /** Days that this ledger has events of: the events count. */
  readonly days_with_events: readonly Day[]
  /** Days of which another source tells that is trusted more, or one of the same kind that tells more. */
  readonly days_told_better: readonly Day[]
}

type FigureSets = ReturnType<typeof figureSets>

export async function previewOf(tx: Tx, sets: FigureSets, read: ImportFile): Promise<Preview> {
  const machines: PreviewMachine[] = []
  const same: Set<FigureOrigin>[] = []
  for (const set of sets) {
    const found = await previewOfMachine(tx, set)
    if (found === undefined) continue
    machines.push(found.preview)
    same.push(found.toldBy)
  }
  const [first] = same
  const already = [...(first ?? [])].find((origin) => same.every((origins) => origins.has(origin)))
  return {
    kind: read.kind,
    days: machines.reduce((sum, { days }) => sum + days, 0),
    total_tokens: machines.reduce((sum, { total_tokens }) => sum + total_tokens, 0),
    already: already ?? null,
    machines,
    notes: read.notes,
  }
}

/** Undefined where the file tells nothing of the machine. */
async function previewOfMachine(
  tx: Tx,
  { snapshot, figures, activity }: FigureSets[number],
): Promise<{ preview: PreviewMachine; toldBy: Set<FigureOrigin> } | undefined> {
  const days = [...new Set([...figures, ...activity].map(({ date }) => date))].toSorted()
  const [from, to] = [days[0], days.at(-1)]
  if (from === undefined || to === undefined) return undefined
  const hostname = snapshot.machine.startsWith('hostname:') ? snapshot.machine.slice(9) : undefined
  const machine = hostname === undefined ? snapshot.machine : await machineIdFor(tx, ONLY_OWNER, hostname)
  const known = await eventDays(tx, ONLY_OWNER, machine)
  const [named] = await findMachines(tx, ONLY_OWNER, machine)
  const own = sumsByDay(figures)
  const others = Map.groupBy(await originDays(tx, ONLY_OWNER, machine), ({ date }) => date)
  const isToldBetter = (date: Day) => {
    const total_tokens = own.get(date)
    if (total_tokens === undefined) return false
    const mine = { origin: snapshot.origin, total_tokens }
    const [best] = mostTrusted([...(others.get(date) ?? []), mine], (row) => row.total_tokens)
    return best?.origin !== snapshot.origin
  }
  return {
    toldBy: originsThatTell(own, [...others.values()].flat(), snapshot.origin),
    preview: {
      machine,
      hostname: hostname ?? named?.hostname ?? machine,
      from,
      to,
      days: days.length,
      total_tokens: [...own.values()].reduce((sum, tokens) => sum + tokens, 0),
      days_with_events: days.filter((day) => known.has(day)),
      days_told_better: days.filter((day) => !known.has(day) && isToldBetter(day)),
    },
  }
}

function sumsByDay(figures: FigureSets[number]['figures']): Map<Day, number> {
  const sums = new Map<Day, number>()
  for (const { date, total_tokens } of figures) sums.set(date, (sums.get(date) ?? 0) + total_tokens)
  return sums
}

/** Imports of the same kind that tell the very same days: the file was taken in before. */
function originsThatTell(
  own: ReadonlyMap<Day, number>,
  others: readonly OriginDay[],
  origin: FigureOrigin,
): Set<FigureOrigin> {
  const kind = `${origin.split(':')[0]}:`
  const byOrigin = Map.groupBy(
    others.filter((row) => row.origin.startsWith(kind)),
    (row) => row.origin,
  )
  const same = [...byOrigin].filter(
    ([, rows]) => rows.length === own.size && rows.every((row) => own.get(row.date) === row.total_tokens),
  )
  return new Set(same.map(([each]) => each))
}

import { sql } from 'kysely'
import { calendarDays, type Span, startOfDay } from '../../core/calendar.ts'
import type { DayRange } from '../../core/range.ts'
import { segmentsOf } from '../../core/segments.ts'
import type { TokenCounts } from '../../core/tokens.ts'
import { type Day, dayFromNumber, utcDayNumber } from '../../core/day.ts'
import { namesOf } from '../names.ts'
import type { Db } from '../open.ts'
import type { NameId, OwnerId } from '../schema.ts'
import type { Cost, Pricer, PriceKey } from './pricer.ts'
import { eraColumn, segmentTable } from './segment-table.ts'

/** Usage of one local day that agrees in all that reports divide by: the rollup without quarters and sessions. */
export interface DayCell extends TokenCounts {
  readonly machine: NameId
  readonly project: NameId
  readonly model: NameId
  readonly subagent: NameId
  readonly client_version: NameId
  readonly account: NameId
  readonly price: PriceKey
  readonly cost: Cost
  readonly responses: number
  readonly prompts: number
  readonly web_searches: number
  readonly tool_calls: number
  readonly understated: number
  readonly last_quarter: number
  /** Sessions that have part in it. */
  readonly sessions: readonly NameId[]
}

/** Days of a zone: of a range, or of all time. */
export type Days = DayRange | { readonly tz: string; readonly from?: undefined }

/** The cells of one local day, and what they come to. */
export class DayOfCells {
  readonly date: Day
  readonly version: number
  readonly cells: readonly DayCell[]
  readonly #divided = new Map<string, DividedDay>()

  constructor(date: Day, version: number, cells: readonly DayCell[]) {
    this.date = date
    this.version = version
    this.cells = cells
  }

  /** The day divided by a column. Most questions take all cells, and are answered once. */
  dividedBy(column: CellColumn, { responsesOnly, takesCell }: CellChoice): DividedDay {
    if (takesCell !== undefined) return divideDay(this.cells, column, { responsesOnly, takesCell })
    const key = `${column} ${responsesOnly}`
    let divided = this.#divided.get(key)
    if (divided === undefined) this.#divided.set(key, (divided = divideDay(this.cells, column, { responsesOnly })))
    return divided
  }
}

export type CellColumn = 'model' | 'machine' | 'project' | 'subagent' | 'client_version' | 'account' | 'none'

export interface CellChoice {
  readonly responsesOnly: boolean
  /** Undefined for every cell. */
  readonly takesCell?: ((cell: DayCell) => boolean) | undefined
}

/** Sums of a day by group and price, and the sessions of each group. */
export interface DividedDay {
  readonly parts: readonly DayPart[]
  readonly sessions: ReadonlyMap<NameId, readonly NameId[]>
}

export type DayPart = Omit<DayCell, CellColumn | 'sessions'> & { readonly group: NameId }

/** About 150 MB. */
const MOST_SESSIONS = 500_000
const DAYS_AT_ONCE = 28

/**
 * The cells of days, remembered from report to report. Every change of the rollup raises the version of its (UTC) day
 * in the same transaction, so a remembered day is used only while it is what the ledger says. Most days are never
 * written again, so a year is read once and then costs what was new.
 */
export class DayCells {
  readonly #days = new Map<string, DayOfCells>()
  readonly #most: number
  #sessions = 0

  /** @param most so many sessions of cells, and days, are remembered */
  constructor(most = MOST_SESSIONS) {
    this.#most = most
  }

  /** The days of a range, in order; of all time, those that can have anything. */
  async of(
    { db, owner }: { readonly db: Db; readonly owner: OwnerId },
    asked: Days,
    pricer: Pricer,
  ): Promise<readonly DayOfCells[]> {
    const { tz } = asked
    const spans = asked.from === undefined ? await daysWithUsage(db, owner, tz) : calendarDays(asked.from, asked.to, tz)
    const versions = await versionsOf(db, owner, spans)
    const key = (date: Day) => `${tz} ${date}`
    const days = spans.map(({ label }, i) => {
      const remembered = this.#days.get(key(label))
      return remembered !== undefined && remembered.version === versions[i] ? remembered : undefined
    })
    const stale = days.flatMap((day, i) => (day === undefined ? [i] : []))
    for (let at = 0; at < stale.length; at += DAYS_AT_ONCE) {
      const wanted = stale.slice(at, at + DAYS_AT_ONCE)
      const read = await readDays(
        db,
        owner,
        wanted.map((i) => spans[i] as Span),
        pricer,
      )
      for (const [n, i] of wanted.entries()) {
        const { label } = spans[i] as Span
        const day = new DayOfCells(label, versions[i] as number, read[n] as DayCell[])
        days[i] = day
        this.#remember(key(label), day)
      }
      // Other requests have their turn, while a year is read for the first time.
      if (wanted.length === DAYS_AT_ONCE) await new Promise((resolve) => setImmediate(resolve))
    }
    return days as DayOfCells[]
  }

  /** The dates that are remembered, in order. */
  get dates(): Day[] {
    return [...this.#days.values()].map(({ date }) => date).toSorted()
  }

  /**
   * The oldest days are forgotten first: most questions are about the last ones, which a year that does not fit would
   * otherwise push out each time.
   */
  #remember(key: string, day: DayOfCells): void {
    this.#forget(key)
    this.#days.set(key, day)
    this.#sessions += weightOf(day)
    while (this.#sessions > this.#most) {
      let oldest: [key: string, date: Day] = [key, day.date]
      for (const [each, { date }] of this.#days) if (date < oldest[1]) oldest = [each, date]
      this.#forget(oldest[0])
    }
  }

  #forget(key: string): void {
    const day = this.#days.get(key)
    if (day === undefined) return
    this.#days.delete(key)
    this.#sessions -= weightOf(day)
  }
}

function weightOf({ cells }: DayOfCells): number {
  return cells.reduce((sum, { sessions }) => sum + sessions.length, 1)
}

/** The local days that a UTC day with usage can have part in: few, also where one event is of 1970. */
async function daysWithUsage(db: Db, owner: OwnerId, tz: string): Promise<Span[]> {
  const rows = await db.selectFrom('day_version').select('day').where('owner', '=', owner).orderBy('day').execute()
  const days = new Set(rows.flatMap(({ day }) => [day - 1, day, day + 1]))
  return [...days].map((number) => {
    const day = dayFromNumber(number)
    return { label: day, starts: startOfDay(day, tz), ends: startOfDay(dayFromNumber(number + 1), tz) }
  })
}

/** For each span, a number that has changed if any of its cells has. */
async function versionsOf(db: Db, owner: OwnerId, days: readonly Span[]): Promise<number[]> {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return []
  const rows = await db
    .selectFrom('day_version')
    .select(['day', 'version'])
    .where('owner', '=', owner)
    .where('day', '>=', utcDayNumber(first.starts))
    .where('day', '<=', utcDayNumber(last.ends))
    .execute()
  const versions = new Map(rows.map(({ day, version }) => [day, version]))
  return days.map(({ starts, ends }) => {
    let sum = 0
    for (let day = utcDayNumber(starts); day <= utcDayNumber(ends - 1); day++) sum += versions.get(day) ?? 0
    return sum
  })
}

interface CellRow extends Omit<DayCell, 'price' | 'cost' | 'sessions'> {
  readonly span: number
  readonly variant: NameId
  readonly prompt_step: number
  readonly era: number
  readonly session: NameId
}

async function readDays(db: Db, owner: OwnerId, days: readonly Span[], pricer: Pricer): Promise<DayCell[][]> {
  const read: DayCell[][] = days.map(() => [])
  for (const { spans, span, from, within } of segmentTable(segmentsOf(days))) {
    const { rows } = await sql<CellRow>`
      ${spans}
      select ${span} as span, r.machine, r.project, r.model, r.variant, r.subagent, r.client_version, r.account,
        r.prompt_step, ${eraColumn(pricer.boundaries, days)} as era, r.session,
        sum(r.responses) as responses, sum(r.prompts) as prompts, sum(r.input_tokens) as input_tokens,
        sum(r.output_tokens) as output_tokens, sum(r.cache_read_tokens) as cache_read_tokens,
        sum(r.cache_write_5m_tokens) as cache_write_5m_tokens,
        sum(r.cache_write_1h_tokens) as cache_write_1h_tokens, sum(r.tool_calls) as tool_calls,
        sum(r.web_searches) as web_searches, sum(r.understated) as understated, max(r.quarter) as last_quarter
      from ${from} where r.owner = ${owner} and ${within}
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    `.execute(db)
    const names = await namesOf(
      db,
      rows.flatMap(({ model, variant }) => [model, variant]),
    )
    const drafts = new Map<string, Draft>()
    for (const row of rows) addRow(drafts, row)
    for (const { span: day, ...draft } of drafts.values()) read[day]?.push(finished(draft, names, pricer))
  }
  return read
}

function divideDay(
  cells: readonly DayCell[],
  column: CellColumn,
  { responsesOnly, takesCell }: CellChoice,
): DividedDay {
  const parts = new Map<NameId, Map<string, PartDraft>>()
  const sessions = new Map<NameId, Set<NameId>>()
  for (const cell of cells) {
    if ((responsesOnly && cell.responses === 0) || takesCell?.(cell) === false) continue
    const group = column === 'none' ? 0 : cell[column]
    const { price, cost } = cell
    let ofGroup = parts.get(group)
    if (ofGroup === undefined) {
      parts.set(group, (ofGroup = new Map<string, PartDraft>()))
      sessions.set(group, new Set())
    }
    const key = `${price.era} ${price.prompt_step} ${price.variant} ${price.model}`
    const part = ofGroup.get(key)
    if (part === undefined) {
      const { machine: _m, project: _p, model: _o, subagent: _s, client_version: _v, account: _a, ...rest } = cell
      const { sessions: _sessions, ...counts } = rest
      ofGroup.set(key, { ...counts, group })
    } else {
      for (const name of SUMS) part[name] += cell[name]
      part.last_quarter = Math.max(part.last_quarter, cell.last_quarter)
      part.cost = { list: plus(part.cost.list, cost.list), contract: plus(part.cost.contract, cost.contract) }
    }
    const seen = sessions.get(group) as Set<NameId>
    for (const session of cell.sessions) seen.add(session)
  }
  return {
    parts: [...parts.values()].flatMap((ofGroup) => [...ofGroup.values()]),
    sessions: new Map([...sessions].map(([group, seen]) => [group, [...seen]])),
  }
}

type PartDraft = { -readonly [K in keyof DayPart]: DayPart[K] }

/** What has one price has none of it missing, so both are there or neither is. */
function plus(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}

type Draft = { -readonly [K in keyof Omit<CellRow, 'session'>]: CellRow[K] } & { readonly sessions: NameId[] }

const SUMS = [
  'responses',
  'prompts',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'tool_calls',
  'web_searches',
  'understated',
] as const

function addRow(drafts: Map<string, Draft>, { session, ...row }: CellRow): void {
  const key =
    `${row.span} ${row.machine} ${row.project} ${row.model} ${row.variant} ${row.subagent} ` +
    `${row.client_version} ${row.account} ${row.prompt_step} ${row.era}`
  const draft = drafts.get(key)
  if (draft === undefined) {
    drafts.set(key, { ...row, sessions: [session] })
    return
  }
  for (const name of SUMS) draft[name] += row[name]
  draft.last_quarter = Math.max(draft.last_quarter, row.last_quarter)
  draft.sessions.push(session)
}

function finished(
  { variant, prompt_step, era, ...draft }: Omit<Draft, 'span'>,
  names: ReadonlyMap<NameId, string>,
  pricer: Pricer,
): DayCell {
  const price = { model: names.get(draft.model) ?? '', variant: names.get(variant) ?? '', prompt_step, era }
  return { ...draft, price, cost: pricer.cost(price, draft) }
}

import type { UsageEvent } from '../../core/usage-event.ts'
import { type Dice, dice } from './dice.ts'

/** A year that nobody had, but anyone could have: three machines, eight projects, the models of their time. */

export interface DemoMachine {
  readonly id: string
  readonly hostname: string
  /** How many milliseconds ago it synced last. */
  readonly ago: number
  /** Days on which it was never read in time, counted back from today. */
  readonly missing: readonly [from: number, to: number] | undefined
  readonly cleanup_period_days: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const DAYS = 371

export const DEMO_MACHINES: readonly DemoMachine[] = [
  { id: 'demo-studio', hostname: 'studio', ago: 2 * 60_000, missing: undefined, cleanup_period_days: 30 },
  { id: 'demo-laptop', hostname: 'laptop', ago: 25 * 60_000, missing: [96, 82], cleanup_period_days: 30 },
  { id: 'demo-ci', hostname: 'ci', ago: 19 * DAY, missing: undefined, cleanup_period_days: 30 },
]

export const DEMO_PROJECTS: ReadonlyMap<string, string> = new Map([
  ['gdemo-storefront', 'storefront'],
  ['gdemo-billing', 'billing-api'],
  ['gdemo-atlas', 'atlas'],
  ['gdemo-infra', 'infrastructure'],
  ['gdemo-mobile', 'mobile-app'],
  ['gdemo-docs', 'handbook'],
  ['pdemo-notes', 'notes'],
  ['pdemo-scratch', 'scratch'],
])

/** Who asks which model: how often, and how much a prompt and an answer are. */
interface Habit {
  readonly model: string
  readonly share: number
}

/** Habits change when a model comes: days before today from which on they hold, the latest last. */
const ERAS: readonly (readonly [daysAgo: number, habits: readonly Habit[]])[] = [
  [
    DAYS,
    [
      { model: 'claude-sonnet-4-5-20250929', share: 0.62 },
      { model: 'claude-opus-4-5-20251101', share: 0.23 },
      { model: 'claude-haiku-4-5-20251001', share: 0.15 },
    ],
  ],
  [
    230,
    [
      { model: 'claude-opus-4-6', share: 0.48 },
      { model: 'claude-sonnet-4-6', share: 0.34 },
      { model: 'claude-haiku-4-5-20251001', share: 0.18 },
    ],
  ],
  [
    95,
    [
      { model: 'claude-opus-5', share: 0.5 },
      { model: 'claude-sonnet-5', share: 0.31 },
      { model: 'claude-haiku-4-5-20251001', share: 0.19 },
    ],
  ],
]

/** Every event of the year that ends now, the oldest first. The same year for the same day. */
export function demoYear(now: number): UsageEvent[] {
  const today = Math.floor(now / DAY) * DAY
  const events: UsageEvent[] = []
  for (const [seat, machine] of DEMO_MACHINES.entries()) {
    const roll = dice(7 + seat)
    for (let ago = DAYS - 1; ago >= 0; ago--) {
      const day = today - ago * DAY
      const sessions = sessionsOf(machine, seat, { ago, day, roll })
      for (let n = 0; n < sessions; n++) events.push(...session(machine, seat, { ago, day, roll }))
    }
  }
  const latest = new Map(DEMO_MACHINES.map(({ id, ago }) => [id, now - ago]))
  return events
    .filter(({ machine, occurred_at }) => occurred_at <= (latest.get(machine) ?? 0))
    .toSorted((a, b) => a.occurred_at - b.occurred_at)
}

interface When {
  readonly ago: number
  /** Its first instant, UTC. */
  readonly day: number
  readonly roll: Dice
}

function sessionsOf({ missing }: DemoMachine, seat: number, { ago, day, roll }: When): number {
  const weekday = new Date(day).getUTCDay()
  const isWeekend = weekday === 0 || weekday === 6
  // Two weeks of holiday in summer, and what was never read.
  const isAway = ago >= 118 && ago <= 131 && seat < 2
  if (isAway || (missing !== undefined && ago <= missing[0] && ago >= missing[1])) return 0
  const grows = 0.6 + 0.8 * (1 - ago / DAYS)
  const usual = [3.4, 2.1, 1.2][seat] ?? 1
  const weekend = [0.25, 0.35, 0.7][seat] ?? 1
  const wanted = usual * grows * (isWeekend ? weekend : 1) * (0.4 + 1.2 * roll.next())
  return Math.floor(wanted) + (roll.chance(wanted % 1) ? 1 : 0)
}

function session({ id: machine }: DemoMachine, seat: number, { ago, day, roll }: When): UsageEvent[] {
  const project = roll.pick(PROJECTS_OF[seat] ?? PROJECTS_OF[0])
  const model = modelAt(ago, roll)
  // Mornings and afternoons, seldom late at night; a build machine has no evening.
  const hour = seat === 2 ? roll.between(0, 23) : roll.pick([8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17, 20, 21])
  let at = day + hour * HOUR + roll.between(0, 3599) * 1000
  const name = `demo-${machine}-${ago}-${roll.id().slice(0, 8)}`
  const version = ago > 230 ? '2.0.42' : ago > 95 ? '2.1.98' : '2.1.303'
  const shared = {
    machine,
    session: name,
    project,
    source: 'claude-code',
    account: '',
    client_version: version,
  } as const
  const events: UsageEvent[] = []
  let context = roll.around(16_000)
  const prompts = roll.around(seat === 2 ? 1.5 : 4)
  for (let prompt = 0; prompt < prompts; prompt++) {
    events.push({
      ...shared,
      ...NO_COUNTS,
      id: roll.id(),
      kind: 'prompt',
      occurred_at: at,
      seen_as: 'main',
      model: '',
      variant: '',
    })
    const answers = roll.around(7)
    for (let answer = 0; answer < answers; answer++) {
      at += roll.around(14) * 1000
      const isSide = roll.chance(0.18)
      const written = roll.around(1700)
      events.push({
        ...shared,
        id: roll.id(),
        kind: 'response',
        occurred_at: at,
        seen_as: isSide ? 'sidechain' : 'main',
        model: isSide ? 'claude-haiku-4-5-20251001' : model,
        variant: '',
        input_tokens: roll.around(6),
        output_tokens: roll.around(420),
        cache_read_tokens: isSide ? roll.around(14_000) : context,
        cache_write_5m_tokens: isSide ? written : 0,
        cache_write_1h_tokens: isSide ? 0 : written,
        tool_calls: roll.chance(0.7) ? 1 : 0,
        web_searches: roll.chance(0.01) ? 1 : 0,
      })
      if (!isSide) context = Math.min(context + written, 160_000)
    }
    at += roll.around(240) * 1000
  }
  return events
}

const NO_COUNTS = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  tool_calls: 0,
  web_searches: 0,
} as const

const PROJECTS_OF: readonly [readonly [string, ...string[]], ...(readonly [string, ...string[]])[]] = [
  [
    'gdemo-storefront',
    'gdemo-storefront',
    'gdemo-storefront',
    'gdemo-atlas',
    'gdemo-atlas',
    'gdemo-infra',
    'gdemo-docs',
    'pdemo-notes',
  ],
  ['gdemo-billing', 'gdemo-billing', 'gdemo-mobile', 'gdemo-storefront', 'gdemo-atlas', 'pdemo-scratch'],
  ['gdemo-storefront', 'gdemo-billing', 'gdemo-billing', 'gdemo-infra'],
]

function modelAt(ago: number, roll: Dice): string {
  const habits = ERAS.findLast(([from]) => ago <= from)?.[1] ?? []
  let left = roll.next()
  for (const { model, share } of habits) {
    if (left < share) return model
    left -= share
  }
  return habits[0]?.model ?? ''
}

import { isAccountNamed } from '../../core/account-name.ts'
import { type Gauge, gaugesOf, type LimitSample, peaksOf } from '../../core/limits.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { limitsSince } from '../limits.ts'
import { goneMachines, realMachines } from '../shown-as.ts'
import type { ReportContext } from './context.ts'
import { machineLabels } from './labels.ts'

const LOOK_BACK_MS = 14 * 86_400_000

/** What is known of plan limits now, and how far the windows of two weeks went. */
export async function limits(context: ReportContext, { account }: QueryOf<'limits'>): Promise<AnswerOf<'limits'>> {
  const { db, owner } = context
  const now = context.now()
  const found = await limitsSince(db, owner, now - LOOK_BACK_MS)
  const is = await realMachines(db, owner)
  const gone = await goneMachines(db, owner)
  const samples = found
    .filter((sample) => (account === undefined || isAccountNamed(sample.account, account)) && !gone.has(sample.machine))
    .map((sample) => ({ ...sample, machine: is(sample.machine) }))
  const labels = await machineLabels(context)
  const row = ({ account, window, used_percent, machine, ...times }: LimitSample) => ({
    account,
    window,
    used_percent,
    resets_at: new Date(times.resets_at).toISOString(),
    seen_at: new Date(times.seen_at).toISOString(),
    machine,
    hostname: labels.of(machine),
  })
  const gauge = ({ even_percent, projected_percent, full_at, ...sample }: Gauge) => ({
    ...row(sample),
    even_percent,
    projected_percent,
    full_at: full_at === null ? null : new Date(full_at).toISOString(),
  })
  return { limits: gaugesOf(samples, now).map(gauge), peaks: peaksOf(samples, now).map(row) }
}

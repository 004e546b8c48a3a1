import type { LimitState } from '../../core/limit-words.ts'

/** How much of something is used. A mark stands where an even pace would be by now. Colours of states, not of series. */
export function Meter({
  percent,
  even,
  state,
  label,
}: {
  readonly percent: number
  readonly even: number | null
  readonly state: LimitState
  readonly label: string
}) {
  const share = Math.max(0, Math.min(100, percent))
  return (
    <svg
      class="meter"
      width="100%"
      height="14"
      role="meter"
      aria-label={label}
      aria-valuenow={Math.round(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <rect class="track" width="100%" height="14" rx="7" />
      {share > 0 && <rect class={`state-${state}`} width={`${Math.max(2, share)}%`} height="14" rx="7" />}
      {even !== null && even > 0 && even < 100 && <rect class="even" x={`${even}%`} width="2" height="14" />}
    </svg>
  )
}

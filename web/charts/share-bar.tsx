/** A share of 1 as a bar; the number stands beside it. */
export function ShareBar({ share, colour = 0 }: { readonly share: number; readonly colour?: number }) {
  const percent = Math.max(0, Math.min(1, share)) * 100
  return (
    <svg class="share-bar" width="100%" height="8" aria-hidden="true">
      <rect class="track" width="100%" height="8" rx="4" />
      {percent > 0 && <rect class={`series-${colour}`} width={`${Math.max(percent, 2)}%`} height="8" rx="4" />}
    </svg>
  )
}

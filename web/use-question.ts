import { useContext, useMemo } from 'preact/hooks'
import type { View } from './address.ts'
import { address } from './navigation.ts'
import { type Question, questionOf } from './question.ts'
import { useStore } from './store.ts'
import { Surroundings } from './surroundings.ts'
import { useMedia } from './use-media.ts'

/** Where a screen is as narrow as a phone's. */
export const NARROW = '(max-width: 719px)'

const MINUTE_MS = 60_000

/** What the address asks now. */
export function useQuestion(): { view: View; question: Question } {
  const { view } = useStore(address)
  const surroundings = useContext(Surroundings)
  const isNarrow = useMedia(NARROW)
  const { zone } = surroundings
  // To the minute, so that what depends on it alone is not drawn anew with every key.
  const now = Math.floor(surroundings.now() / MINUTE_MS) * MINUTE_MS
  const { range, tz, filters, every } = view
  const question = useMemo(
    () => questionOf({ range, tz, filters, every }, { now, zone, isNarrow }),
    [range, tz, filters, every, now, zone, isNarrow],
  )
  return { view, question }
}

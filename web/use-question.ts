import { useContext, useMemo } from 'preact/hooks'
import type { View } from './address.ts'
import { address } from './navigation.ts'
import { minute } from './clock.ts'
import { type Question, questionOf } from './question.ts'
import { useStore } from './store.ts'
import { Surroundings } from './surroundings.ts'
import { useMedia } from './use-media.ts'

/** Where a screen is as narrow as a phone's. */
export const NARROW = '(max-width: 719px)'

/** What the address asks now. */
export function useQuestion(): { view: View; question: Question } {
  const { view } = useStore(address)
  const { zone } = useContext(Surroundings)
  const isNarrow = useMedia(NARROW)
  const now = useStore(minute)
  const { range, tz, filters, every } = view
  const question = useMemo(
    () => questionOf({ range, tz, filters, every }, { now, zone, isNarrow }),
    [range, tz, filters, every, now, zone, isNarrow],
  )
  return { view, question }
}

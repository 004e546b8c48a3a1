import { useContext } from 'preact/hooks'
import type { View } from './address.ts'
import { address } from './navigation.ts'
import { type Question, questionOf } from './question.ts'
import { useStore } from './store.ts'
import { Surroundings } from './surroundings.ts'
import { useMedia } from './use-media.ts'

/** Where a screen is as narrow as a phone's. */
export const NARROW = '(max-width: 719px)'

/** What the address asks now. */
export function useQuestion(): { view: View; question: Question } {
  const { view } = useStore(address)
  const surroundings = useContext(Surroundings)
  const isNarrow = useMedia(NARROW)
  return { view, question: questionOf(view, { now: surroundings.now(), zone: surroundings.zone, isNarrow }) }
}

import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { AnswerOf, QueryOf, ReportName } from '../core/report-specs.ts'
import { ask, type Known, knownOf, reportUrl, revision, watch } from './answers.ts'
import { Surroundings } from './surroundings.ts'
import { useStore } from './store.ts'

/** What is shown while there is no answer yet to this question: the one before it, dimmed. */
export interface Shown<T> extends Known<T> {
  /** Is the answer that of an earlier question, or older than what the server has? */
  readonly isOld: boolean
  /** Is it that of an earlier question? Then it may be shown for a moment, but is no answer to this one. */
  readonly isOther: boolean
  readonly retry: () => void
}

/** The answer to what is asked, and not to what was asked before. */
export function ownAnswer<T>({ answer, isOther }: Shown<T>): T | undefined {
  return isOther ? undefined : answer
}

/** A report, asked anew whenever the question changes or the server has something new. */
export function useReport<N extends ReportName>(name: N, query: QueryOf<N>): Shown<AnswerOf<N>> {
  return usePath(reportUrl(name, query))
}

/** Anything that the server answers at a path. */
export function usePath<T>(path: string): Shown<T> {
  const { now } = useContext(Surroundings)
  const version = useStore(revision)
  const [, redraw] = useState({})
  const last = useRef<Known<T> | undefined>(undefined)
  useEffect(() => watch(path, () => redraw({})), [path])
  useEffect(() => void ask(path, now), [path, version])
  const known = knownOf<T>(path)
  if (known.answer !== undefined) last.current = known
  const shown = known.answer === undefined ? last.current : known
  return {
    ...known,
    answer: shown?.answer,
    as_of: shown?.as_of ?? 0,
    isOld: known.answer === undefined || known.isAsking,
    isOther: known.answer === undefined && shown !== undefined,
    retry: () => void ask(path, now),
  }
}

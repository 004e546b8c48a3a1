import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../core/problem.ts'
import type { AnswerOf, QueryOf } from '../core/report-specs.ts'
import { askReport, reportUrl, revision } from './answers.ts'
import { asProblem } from './request.ts'
import { useStore } from './store.ts'
import { Surroundings } from './surroundings.ts'
import type { Shown } from './use-report.ts'

type Answer = AnswerOf<'sessions'>

export interface Pages extends Shown<Answer> {
  /** Asks for the next page; undefined where there is none, or it is asked for already. */
  readonly more: (() => void) | undefined
}

interface Loaded {
  readonly question: string
  readonly answer: Answer
  readonly pages: number
  readonly as_of: number
}

/** The sessions of a question, page after page. News renew the first page, and only when it is all that is shown. */
export function useSessionPages(query: QueryOf<'sessions'>): Pages {
  const { now } = useContext(Surroundings)
  const question = reportUrl('sessions', query)
  const version = useStore(revision)
  const [loaded, setLoaded] = useState<Loaded | undefined>(undefined)
  const [failed, setFailed] = useState<{ problem: Problem; after: Loaded | undefined } | undefined>(undefined)
  /** What is asked for now: its answer is the only one that is taken. */
  const asked = useRef<{ question: string; after: Loaded | undefined } | undefined>(undefined)
  const [isAsking, setAsking] = useState(true)
  const wanted = useRef(question)
  wanted.current = question

  const ask = async (after: Loaded | undefined) => {
    const present = { question, after }
    asked.current = present
    setAsking(true)
    try {
      const cursor = after?.answer.next_cursor ?? undefined
      const answer = await askReport('sessions', { ...query, ...(cursor === undefined ? {} : { cursor }) })
      if (asked.current !== present || wanted.current !== question) return
      const before = after?.answer.sessions ?? []
      setLoaded({
        question,
        answer: { ...answer, sessions: [...before, ...answer.sessions] },
        pages: (after?.pages ?? 0) + 1,
        as_of: now(),
      })
      setFailed(undefined)
    } catch (error) {
      if (asked.current === present) setFailed({ problem: asProblem(error), after })
    } finally {
      if (asked.current === present) {
        asked.current = undefined
        setAsking(false)
      }
    }
  }
  const isOther = loaded !== undefined && loaded.question !== question
  useEffect(() => {
    const isReading = (loaded?.pages ?? 0) > 1 || asked.current?.after !== undefined
    if (isOther || !isReading) void ask(undefined)
  }, [question, version])
  const own = isOther ? undefined : loaded
  return {
    answer: loaded?.answer,
    as_of: loaded?.as_of ?? 0,
    isAsking,
    isOld: isOther || (isAsking && own === undefined),
    isOther,
    problem: failed?.problem,
    retry: () => void ask(isOther ? undefined : failed?.after),
    more: own === undefined || own.answer.next_cursor === null || isAsking ? undefined : () => void ask(own),
  }
}

import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { Problem } from '../core/problem.ts'
import type { AnswerOf, QueryOf } from '../core/report-specs.ts'
import { askReport, reportUrl, revision } from './answers.ts'
import { useStore } from './store.ts'
import { Surroundings } from './surroundings.ts'
import type { Shown } from './use-report.ts'

export interface Pages extends Shown<AnswerOf<'sessions'>> {
  /** Asks for the next page; undefined where there is none. */
  readonly more: (() => void) | undefined
}

interface Loaded {
  readonly question: string
  readonly answer: AnswerOf<'sessions'>
  readonly as_of: number
}

/** The sessions of a question, page after page. News renew the first page only when it is all that is shown. */
export function useSessionPages(query: QueryOf<'sessions'>): Pages {
  const { now } = useContext(Surroundings)
  const question = reportUrl('sessions', query)
  const version = useStore(revision)
  const [loaded, setLoaded] = useState<Loaded | undefined>(undefined)
  const [asking, setAsking] = useState<string | undefined>(question)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const wanted = useRef(question)
  wanted.current = question
  const hasMorePages = loaded?.question === question && loaded.answer.sessions.length > (query.limit ?? 50)

  const ask = async (cursor: string | undefined, before: AnswerOf<'sessions'>['sessions']) => {
    setAsking(question)
    try {
      const answer = await askReport('sessions', { ...query, ...(cursor === undefined ? {} : { cursor }) })
      if (wanted.current !== question) return
      setLoaded({ question, answer: { ...answer, sessions: [...before, ...answer.sessions] }, as_of: now() })
      setProblem(undefined)
    } catch (error) {
      if (wanted.current === question)
        setProblem(error instanceof Problem ? error : new Problem('internal', String(error)))
    } finally {
      if (wanted.current === question) setAsking(undefined)
    }
  }
  useEffect(() => {
    if (!hasMorePages) void ask(undefined, [])
  }, [question, version])
  const cursor = loaded?.question === question ? loaded.answer.next_cursor : null
  return {
    answer: loaded?.answer,
    as_of: loaded?.as_of ?? 0,
    isAsking: asking !== undefined,
    isOld: loaded?.question !== question,
    problem,
    retry: () => void ask(undefined, []),
    more: cursor === null || asking !== undefined ? undefined : () => void ask(cursor, loaded?.answer.sessions ?? []),
  }
}

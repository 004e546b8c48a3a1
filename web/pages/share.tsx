import { useContext, useEffect, useState } from 'preact/hooks'
import { SHARE_HEADER, SHARED_PATH } from '../../api/paths.ts'
import type { SharedAnswer } from '../../api/share.ts'
import { rangeText } from '../../core/dates.ts'
import type { Problem } from '../../core/problem.ts'
import { DEFAULT_VIEW, type View } from '../address.ts'
import { dateTime } from '../format-time.ts'
import { Footnotes } from '../overview/footnotes.tsx'
import { MachinesCard } from '../overview/machines-card.tsx'
import { Tiles } from '../overview/tiles.tsx'
import { TopCard } from '../overview/top-card.tsx'
import { UsageChart } from '../overview/usage-chart.tsx'
import { YearCard } from '../overview/year-card.tsx'
import { questionOf } from '../question.ts'
import { Viewer } from '../viewer.ts'
import { asProblem, request } from '../request.ts'
import { Surroundings } from '../surroundings.ts'

/** How often a link that is left open is asked anew. */
const LOOK_MS = 60_000

/** What a read-only link shows: nothing on it leads anywhere. */
export function Share() {
  const { now } = useContext(Surroundings)
  const [secret, setSecret] = useState(() => location.hash.slice(1))
  const [answer, setAnswer] = useState<SharedAnswer | undefined>(undefined)
  const [asOf, setAsOf] = useState(0)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  // Another link in the same tab is the same page to a browser, which does not load it again.
  useEffect(() => {
    const change = () => {
      setAnswer(undefined)
      setProblem(undefined)
      setSecret(location.hash.slice(1))
    }
    addEventListener('hashchange', change)
    return () => removeEventListener('hashchange', change)
  }, [])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isLeft = false
    const ask = async () => {
      try {
        const headers = { [SHARE_HEADER]: secret }
        const found = await request<SharedAnswer>('GET', SHARED_PATH, undefined, headers)
        if (isLeft) return
        setAnswer(found)
        setProblem(undefined)
        setAsOf(now())
      } catch (error) {
        if (isLeft) return
        const found = asProblem(error)
        setProblem(found)
        // A link that is over stays so.
        if (found.code === 'unauthenticated') return
      }
      timer = setTimeout(() => void ask(), LOOK_MS)
    }
    void ask()
    return () => {
      isLeft = true
      clearTimeout(timer)
    }
  }, [secret])
  const isOver = problem?.code === 'unauthenticated'
  return (
    <main class="shared">
      {problem !== undefined && (
        <div class="card trouble" role="alert">
          <p>
            <strong>✗ {problem.message}</strong> {problem.hint}
          </p>
        </div>
      )}
      {answer !== undefined && !isOver && (
        <Viewer.Provider value={{ isReadOnly: true, hasCost: answer.has_cost }}>
          <Shared answer={answer} as_of={asOf} />
        </Viewer.Provider>
      )}
      {answer === undefined && problem === undefined && <p class="waiting" role="status" />}
    </main>
  )
}

function Shared({ answer, as_of }: { readonly answer: SharedAnswer; readonly as_of: number }) {
  const { now } = useContext(Surroundings)
  const { overview, blocks, view } = answer
  const shown: View = { ...DEFAULT_VIEW, ...view }
  const question = questionOf(shown, { now: now(), zone: view.tz, isNarrow: false })
  const has = (block: SharedAnswer['blocks'][number]) => blocks.includes(block)
  return (
    <>
      <div class="page-head">
        <h1>
          <bdi>{answer.name}</bdi>
        </h1>
        <p class="dim">
          {rangeText(overview, question.today, '–')} · {view.tz} · as of {dateTime(as_of, view.tz, now())} · this link
          ends {dateTime(Date.parse(answer.ends_at), view.tz, now())}
        </p>
      </div>
      <div class="stack">
        <Tiles answer={overview} view={shown} question={question} />
        {has('chart') && overview.totals.total_tokens > 0 && (
          <UsageChart answer={overview} view={shown} question={question} />
        )}
        <div class="columns">
          {has('machines') && <MachinesCard answer={overview} question={question} />}
          {has('projects') && <TopCard answer={overview} kind="project" />}
          {has('models') && <TopCard answer={overview} kind="model" />}
        </div>
        {has('year') && <YearCard answer={overview} question={question} />}
        <Footnotes answer={overview} question={question} />
      </div>
    </>
  )
}

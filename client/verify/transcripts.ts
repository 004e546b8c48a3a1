import { joinEvents, merge, sameEvent, type UsageEvent } from '../../core/usage-event.ts'
import { sources, transcriptsIn } from '../../sources/source.ts'
import { eventsById } from '../../store/events.ts'
import type { Ledger } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { eventsIn, readTranscripts } from '../read-transcripts.ts'
import type { Surroundings } from '../surroundings.ts'
import type { ThisMachine } from '../../store/this-machine.ts'

/** What the ledger has of what the transcripts show. */
export interface TranscriptCheck {
  readonly files: number
  readonly events: number
  /** Events that the ledger does not have. */
  readonly missing: number
  /** Events of which a transcript tells more than the ledger has. */
  readonly lesser: number
  /** What could not be read, as sentences. */
  readonly problems: readonly string[]
}

/** Reads every transcript anew, and looks whether the ledger knows all that they show. Nothing is written. */
export async function checkTranscripts(
  ledger: Ledger,
  surroundings: Surroundings,
  { machine, project_secret }: Pick<ThisMachine, 'machine' | 'project_secret'>,
): Promise<TranscriptCheck> {
  const { home, now } = surroundings
  const found = sources.map((source) => ({ source, ...source.search(surroundings).found() }))
  const files = found.flatMap((of) =>
    transcriptsIn(of).map((transcript) => ({ agent: of.source.name, transcript, mark: undefined })),
  )
  const problems = found.flatMap((of) => of.problems)
  const ids = new Set<string>()
  let [missing, lesser] = [0, 0]
  for (const batch of readTranscripts({ machine, home, project_secret, now: now() }, files)) {
    problems.push(...batch.problems)
    const events = joinEvents(eventsIn(batch, { machine }))
    const known = await eventsById(ledger.db, ONLY_OWNER, events.keys())
    for (const [id, event] of events) {
      ids.add(id)
      const kept = known.get(id)
      if (kept === undefined) missing++
      else if (tellsMore(event, kept)) lesser++
    }
  }
  return { files: files.length, events: ids.size, missing, lesser, problems }
}

/**
 * A project's key may have changed since (a folder that is gone, a new remote): that is no count. And no transcript tells
 * whose account it was.
 */
function tellsMore(event: UsageEvent, kept: UsageEvent): boolean {
  const joined = merge(kept, event)
  return !sameEvent({ ...joined, project: kept.project, account: kept.account }, kept)
}

import { claudeCode } from '../../sources/claude-code/source.ts'
import { joinEvents, type UsageEvent } from '../../core/usage-event.ts'
import { eventsIn } from '../../client/read-transcripts.ts'
import { ProjectResolver } from '../../sources/project.ts'
import { addTally, newTally, type Tally } from '../../sources/findings.ts'
import { type FileMark, readNewLines } from '../../sources/tail.ts'

export interface Read {
  readonly sightings: UsageEvent[]
  readonly tally: Tally
  readonly mark: FileMark | undefined
}

/** Reads what is new in a transcript, as a collect does, without a ledger. */
export function readTranscript(path: string, mark?: FileMark, { every_sighting = true } = {}): Read {
  const machine = 'machine-a'
  const reader = claudeCode.reader(
    {
      machine,
      projects: new ProjectResolver({ home: '/home/dev', secret: 'a secret' }),
      now: Date.parse('2026-11-22T12:00:00Z'),
    },
    { every_sighting },
  )
  const tally = newTally()
  const sightings: UsageEvent[] = []
  let reached: FileMark | undefined
  for (const next of readNewLines({ path, source: 'claude-code' }, mark, reader)) {
    reached = next
    const found = reader.take()
    sightings.push(...eventsIn(found, { machine }))
    addTally(tally, found.tally)
  }
  return { sightings, tally, mark: reached }
}

/** The events that sightings show, in the order of their first sighting. */
export function eventsOf(sightings: readonly UsageEvent[]): UsageEvent[] {
  return [...joinEvents(sightings).values()]
}

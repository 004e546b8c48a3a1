import { claudeCode } from '../../sources/claude-code/source.ts'
import { merge, type UsageEvent } from '../../core/usage-event.ts'
import { ProjectResolver } from '../../sources/project.ts'
import { newTally, type Tally } from '../../sources/source.ts'
import { type FileMark, lineBuffer, readNewLines } from '../../sources/tail.ts'

export interface Read {
  readonly sightings: UsageEvent[]
  readonly tally: Tally
  readonly mark: FileMark | undefined
}

/** Reads what is new in a transcript, as a collect does, without a ledger. */
export function readTranscript(path: string, mark?: FileMark, tally = newTally()): Read {
  const sightings: UsageEvent[] = []
  const context = {
    machine: 'machine-a',
    source: 'claude-code',
    projects: new ProjectResolver({ home: '/home/dev', secret: 'a secret' }),
    now: Date.parse('2026-11-22T12:00:00Z'),
    tally: () => tally,
    found: (sighting: UsageEvent) => void sightings.push(sighting),
  }
  let reached: FileMark | undefined
  for (const next of readNewLines(path, mark, lineBuffer(), (state) => claudeCode.reader(context, state)))
    reached = next
  return { sightings, tally, mark: reached }
}

/** The events that sightings show, in the order of their first sighting. */
export function eventsOf(sightings: readonly UsageEvent[]): UsageEvent[] {
  const events = new Map<string, UsageEvent>()
  for (const sighting of sightings) {
    const before = events.get(sighting.id)
    events.set(sighting.id, before === undefined ? sighting : merge(before, sighting))
  }
  return [...events.values()]
}

import { statSync } from 'node:fs'
import type { UsageEvent } from '../../../core/usage-event.ts'
import { ProjectResolver } from '../../../sources/project.ts'
import { sources, transcriptsIn } from '../../../sources/source.ts'
import { readNewLines } from '../../../sources/tail.ts'
import type { Surroundings } from '../../surroundings.ts'

/** How often the transcripts of this machine show the responses of a stretch of time, and why more than once. */
export interface Duplicates {
  /** Rows with usage. */
  readonly rows: number
  readonly responses: number
  /** Further rows of a response in the same file: it was written part by part. */
  readonly parts: number
  /** Rows of a response that another file has shown too: a resumed, forked or copied conversation. */
  readonly copies: number
  /** Repetitions of a subagent's response in its parent, or of the main conversation's in a side conversation. */
  readonly echoes: number
  /** Files that could not be read, and are left out. */
  readonly unreadable: number
}

/**
 * Reads the transcripts again that can hold rows of a stretch of time, and counts what merging makes of them. What
 * Claude Code has deleted cannot be counted any more.
 */
export function countDuplicates(
  surroundings: Surroundings,
  { starts, ends }: { readonly starts: number; readonly ends: number },
  takes: (sighting: UsageEvent) => boolean,
): Duplicates {
  const seen = new Map<string, { files: Set<string>; ways: Set<string> }>()
  const counts = { rows: 0, responses: 0, parts: 0, copies: 0, echoes: 0, unreadable: 0 }
  const context = {
    machine: 'this',
    projects: new ProjectResolver({ home: surroundings.home, secret: 'unused' }),
    now: surroundings.now(),
  }
  for (const source of sources) {
    const reader = source.reader(context, { every_sighting: true })
    for (const transcript of transcriptsIn(source.search(surroundings).found())) {
      const { path } = transcript
      const found = (sighting: UsageEvent): void => {
        const { id, kind, occurred_at, seen_as } = sighting
        if (kind !== 'response' || occurred_at < starts || occurred_at >= ends || !takes(sighting)) return
        counts.rows++
        const before = seen.get(id)
        if (before === undefined) {
          seen.set(id, { files: new Set([path]), ways: new Set([seen_as]) })
          counts.responses++
        } else if (!before.ways.has(seen_as) || seen_as === 'progress') {
          before.ways.add(seen_as)
          counts.echoes++
        } else if (before.files.has(path)) counts.parts++
        else {
          before.files.add(path)
          counts.copies++
        }
      }
      try {
        // A file that was last written before has no row of this time.
        if (statSync(path).mtimeMs < starts) continue
        for (const _mark of readNewLines(transcript, undefined, reader)) reader.take().parsed.forEach(found)
      } catch {
        counts.unreadable++
      }
    }
  }
  return counts
}

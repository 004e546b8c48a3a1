import type { Surroundings } from '../../surroundings.ts'
import type { SystemCommand } from '../system-command.ts'

export type TimerName = 'systemd' | 'launchd' | 'task-scheduler' | 'cron'

/** How often a timer calls. Hooks are there for what has just happened; this is for all that they miss. */
export const TIMER_MINUTES = 30

export type TimerPlace = Pick<Surroundings, 'env' | 'home' | 'platform' | 'program'>

/** A file of a timer that is ours alone. */
export interface TimerFile {
  readonly path: string
  readonly text: string
}

/** Something on this system that calls a program every half hour. */
export interface Timer {
  readonly name: TimerName
  /** For people: `systemd user timer`. */
  readonly title: string
  isHere(place: TimerPlace): boolean
  readonly files: (place: TimerPlace) => TimerFile[]
  /** Run when the files are there. */
  readonly start: (place: TimerPlace) => SystemCommand[]
  /** Run while the files are still there. A failure means that it was not on. */
  readonly stop: (place: TimerPlace) => SystemCommand[]
  /** Run when the files are gone. */
  readonly afterwards: (place: TimerPlace) => SystemCommand[]
  /** Text of a list that others keep their entries in, too; undefined where a timer has none. */
  readonly table?: {
    read(place: TimerPlace): string
    with(text: string, place: TimerPlace): string
    without(text: string, place: TimerPlace): string
    write(text: string, place: TimerPlace): void
  }
  /** Is it on? When it goes next, where the system tells. */
  status(place: TimerPlace): { readonly on: boolean; readonly next?: string | undefined }
}

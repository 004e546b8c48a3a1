import { setPriority } from 'node:os'

/** The nice level of `nice` itself: whoever works at this machine comes first. */
const NICE = 10

/** Stands back behind everything else on the machine. */
export function standBack(): void {
  try {
    setPriority(NICE)
  } catch {
    // Some containers forbid it. It is a courtesy only.
  }
}

import { counted } from '../core/format.ts'
import type { Collected } from './collect.ts'

/** What a collect came upon, as sentences for people: each says what it means and what to do. */
export function collectNotes({ tally, problems, copied }: Collected): string[] {
  const notes = [...problems]
  if (copied) {
    notes.push('This ledger was copied from another machine or folder; it goes on as a machine of its own.')
  }
  if (tally.damaged_lines > 0) {
    notes.push(
      `${counted(tally.damaged_lines, 'damaged line')} in the transcripts: ${counted(tally.salvaged_records, 'whole record')} saved out of them. Nothing else is affected.`,
    )
  }
  if (tally.oversized_lines > 0) {
    notes.push(`${counted(tally.oversized_lines, 'line')} longer than 64 MB passed over.`)
  }
  if (tally.unusable_rows > 0) {
    notes.push(
      `${counted(tally.unusable_rows, 'response')} left out: their counts are no whole numbers, or they have no time or id.`,
    )
  }
  if (tally.future_rows > 0) {
    notes.push(
      `${counted(tally.future_rows, 'response')} dated in the future. They are kept; check the clock of the machine that ran them.`,
    )
  }
  const unknown = Object.entries(tally.unknown_types)
  if (unknown.length > 0) {
    const types = unknown.map(([type, count]) => `${type} (${count})`).join(', ')
    notes.push(`Rows with usage of an unknown type were not counted: ${types}. Update claudeforge.`)
  }
  return notes
}

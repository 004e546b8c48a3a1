import { statSync } from 'node:fs'
import { ago, counted } from '../../core/format.ts'
import { localDay } from '../../core/calendar.ts'
import { locate } from '../../sources/claude-code/locate.ts'
import { transcriptsIn } from '../../sources/source.ts'
import { localReports } from '../answer-from.ts'
import { collectNotes } from '../collect-notes.ts'
import { type Check, checking, type Patient } from './check.ts'

const DAY_MS = 86_400_000

/** Is Claude Code here, are its transcripts read, and in time? */
export async function claudeCodeChecks(patient: Patient): Promise<Check[]> {
  return [transcripts(patient), retention(patient), readings(patient), await coverage(patient)]
}

function transcripts({ machine, surroundings }: Patient): Check {
  const { pass, warn } = checking('claude-code', 'Claude Code')
  const found = locate(surroundings)
  const [problem] = found.problems
  if (problem !== undefined) {
    return warn(problem, { next: 'Give yourself the right to read it, or correct CLAUDE_CONFIG_DIR.' })
  }
  const transcripts = transcriptsIn(found)
  const newest = transcripts.reduce((latest, { path }) => Math.max(latest, changedAt(path)), 0)
  if (newest === 0) {
    return warn(`no transcripts in ${found.roots.join(', ') || '~/.claude'}`, {
      next: 'If Claude Code keeps them elsewhere, set CLAUDE_CONFIG_DIR; each user and each container has its own.',
    })
  }
  const folders = found.roots.length === 1 ? `in ${found.roots[0]}` : `in ${counted(found.roots.length, 'folder')}`
  const version = machine?.claude_version === undefined ? '' : `${machine.claude_version}, `
  return pass(
    `${version}${counted(transcripts.length, 'transcript')} ${folders}, newest ${ago(Math.max(0, surroundings.now() - newest))}`,
  )
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Warned of long before Claude Code's deletion passes what was read last. */
function retention({ machine, surroundings }: Patient): Check {
  const { pass, warn, skip } = checking('retention', 'Deletion')
  if (machine === undefined) return skip('not checked: needs the ledger')
  const days = machine.cleanup_period_days
  if (machine.collected === undefined) {
    return warn(`Claude Code deletes transcripts after ${counted(days, 'day')}, and none was read yet`, {
      next: 'forge sync',
    })
  }
  const age = surroundings.now() - machine.collected.at
  const text = `Claude Code deletes transcripts after ${counted(days, 'day')}; they were read ${ago(Math.max(0, age))}`
  return age > Math.min(7, days / 3) * DAY_MS
    ? warn(text, { next: 'forge install, so that it goes by itself' })
    : pass(text)
}

function readings({ machine }: Patient): Check {
  const { pass, warn, skip } = checking('reading', 'Reading')
  if (machine?.collected === undefined) return skip('not checked: nothing was read yet')
  const notes = collectNotes(machine.collected)
  const [first = ''] = notes
  if (notes.length === 0) return pass(`${counted(machine.collected.files, 'transcript')} read, every row understood`)
  return warn(notes.length === 1 ? first : `${first} (and ${notes.length - 1} more: forge sync --status)`)
}

/** Days of the last month that nobody will ever know whole. */
async function coverage({ ledger, surroundings }: Patient): Promise<Check> {
  const { pass, warn, skip } = checking('coverage', 'Coverage')
  if (ledger === undefined) return skip('not checked: needs the ledger')
  const tz = surroundings.zone
  const to = localDay(surroundings.now(), tz)
  const { machines } = await (await localReports(ledger, surroundings)).coverage({ days: 30, to, tz })
  const days = machines.flatMap((machine) => machine.days)
  const lost = days.filter(({ state }) => state === 'missing' || state === 'partial')
  if (lost.length === 0) return pass('no day of the last 30 is missing')
  return warn(
    `${counted(lost.length, 'day')} of the last 30 (${lost[0]?.date} …) were not read before Claude Code deleted them`,
    { next: 'They are gone. So that no other follows: forge install' },
  )
}

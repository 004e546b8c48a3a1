import { ago, counted } from '../../core/format.ts'
import { quarantined } from '../../store/outbox.ts'
import { type Check, checking, type Patient } from './check.ts'

const DAY_MS = 86_400_000

/** What has not arrived yet, and what never will. */
export async function waitingChecks(patient: Patient): Promise<Check[]> {
  return [waiting(patient), await refused(patient)]
}

function waiting({ machine, config, surroundings }: Patient): Check {
  const { pass, warn, skip } = checking('waiting', 'Waiting')
  if (machine === undefined) return skip('not checked: needs the ledger')
  if (config.server_url === undefined) return pass('nothing: no server is set, all of it is here')
  if (machine.waiting === 0) return pass('nothing')
  const { synced } = machine
  const since =
    synced === undefined ? 'never synced' : `last synced ${ago(Math.max(0, surroundings.now() - synced.at))}`
  const text = `${counted(machine.waiting, 'record')}, ${since}; nothing is lost`
  const isOld = synced === undefined || surroundings.now() - synced.at > DAY_MS
  return isOld ? warn(text, { next: 'forge sync' }) : pass(text)
}

async function refused({ ledger, config }: Patient): Promise<Check> {
  const { pass, warn, skip } = checking('refused', 'Refused')
  if (ledger === undefined) return skip('not checked: needs the ledger')
  const events = await quarantined(ledger.db, config.server_url ?? '')
  if (events.length === 0) return pass('nothing')
  const codes = [...new Set(events.map(({ code }) => code))].join(', ')
  return warn(`the server took ${counted(events.length, 'event')} for none (${codes}); they are kept here`, {
    next: 'Update both sides, then: forge sync --force',
  })
}

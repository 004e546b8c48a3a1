import { spawn } from 'node:child_process'
import { openMachineLedger } from '../../store/open.ts'
import { waitingCount } from '../../store/outbox.ts'
import { configuredServer } from '../answer-from.ts'
import { pauseNow } from '../automatic/pause.ts'
import { standBack } from '../automatic/stand-back.ts'
import { collect } from '../collect.ts'
import { ledgerPath, readConfig } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'
import { sync } from '../sync.ts'
import type { Beside } from './live.ts'
import type { TopOptions } from './options.ts'

/**
 * A process beside the live view reads and sends what this machine has, every few seconds: however long that takes and
 * whatever goes wrong, the view goes on. It ends with its input, so also with a view that was killed.
 */
export function startBeside({ local }: TopOptions, { program, env }: Surroundings): Beside {
  const words = ['top', '--background', ...(local ? ['--local'] : [])]
  const child = spawn(program.node, [program.script, ...words], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    // In a session of its own, so that no key of the terminal reaches it.
    detached: true,
    windowsHide: true,
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  return {
    onNews: (tell) => void child.stdout.on('data', tell).on('error', () => undefined),
    end() {
      child.stdin.end()
      child.stdout.destroy()
      child.unref()
    },
  }
}

const EVERY_MS = 5_000
/** A server that is away, or does not let this machine in, is not asked more often than this. */
const LONGEST_REST_MS = 60_000
const TIMEOUT_MS = 10_000
/** With nothing to send, it is told so often that this machine is there. */
const GREET_MS = 60_000

/** What that process does, until `isWanted` is false. Prints a dot after whatever was new. */
export async function readAndSend(
  { local }: TopOptions,
  isWanted: () => boolean,
  surroundings: Surroundings,
): Promise<void> {
  standBack()
  let rest_ms = EVERY_MS
  let sent_at = 0
  while (isWanted()) {
    try {
      const { isNew, isSent } = await readAndSendOnce({ local: local === true, sent_at }, surroundings)
      if (isSent) sent_at = surroundings.now()
      if (isNew) surroundings.stdout.write('.')
      rest_ms = EVERY_MS
    } catch {
      // The view itself says when the server is away; a ledger that is busy is tried again.
      rest_ms = Math.min(2 * rest_ms, LONGEST_REST_MS)
    }
    for (let slept = 0; slept < rest_ms && isWanted(); slept += 500) await surroundings.sleep(500)
  }
}

async function readAndSendOnce(
  { local, sent_at }: { readonly local: boolean; readonly sent_at: number },
  surroundings: Surroundings,
): Promise<{ readonly isNew: boolean; readonly isSent: boolean }> {
  const config = readConfig(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    const { added, grown, figures } = await collect(ledger, surroundings, { hostname: config.hostname })
    const isNew = added + grown + figures > 0
    const { server_url } = config
    if (local || server_url === undefined || pauseNow(surroundings) !== undefined) return { isNew, isSent: false }
    const isDue = surroundings.now() - sent_at >= GREET_MS
    if (!isDue && (await waitingCount(ledger.db, server_url)) === 0) return { isNew, isSent: false }
    const target = await configuredServer(config, surroundings, { timeout_ms: TIMEOUT_MS })
    if (target === undefined) return { isNew, isSent: false }
    await sync({ ledger, surroundings, settings: config, server_url }, target.server, { waits: 0 })
    return { isNew, isSent: true }
  } finally {
    await ledger.close()
  }
}

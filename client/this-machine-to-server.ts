import { connect } from '../api/client.ts'
import { counted } from '../core/format.ts'
import { openMachineLedger } from '../store/open.ts'
import { collect } from './collect.ts'
import { collectNotes } from './collect-notes.ts'
import { ledgerPath, readConfig, writeSetting } from './config.ts'
import type { Surroundings } from './surroundings.ts'
import { sync } from './sync.ts'
import { printNote } from './terminal/messages.ts'

/**
 * Joins this machine to the server that was just started on it, if it is not joined to another one, and sends its
 * usage. Returns sentences that say what was done. `fresh_key` is the server's key where it has just been made.
 */
export async function joinThisMachine(
  url: string,
  fresh_key: string | undefined,
  surroundings: Surroundings,
): Promise<string[]> {
  const sentences: string[] = []
  let config = readConfig(surroundings)
  if (config.server_url === undefined) {
    await writeSetting(surroundings, 'server_url', url)
    if (fresh_key !== undefined) await writeSetting(surroundings, 'api_key', fresh_key)
    config = readConfig(surroundings)
    sentences.push(`This machine now syncs to this server (saved in ${config.path}).`)
  } else if (fresh_key !== undefined && isSame(config.server_url, url)) {
    await writeSetting(surroundings, 'api_key', fresh_key)
    config = readConfig(surroundings)
  }
  if (config.server_url === undefined || !isSame(config.server_url, url)) {
    sentences.push(`This machine syncs to ${config.server_url}, and was left with it.`)
    return sentences
  }
  if (config.api_key === undefined) {
    sentences.push('This machine has no key yet: forge config set api-key KEY')
    return sentences
  }
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    const collected = await collect(ledger, surroundings, { hostname: config.hostname })
    for (const note of collectNotes(collected)) printNote(note, surroundings)
    const server = connect({ url, key: config.api_key }, { fetch: surroundings.fetch })
    const synced = await sync({ ledger, surroundings, settings: config, server_url: config.server_url }, server)
    sentences.push(
      `This machine: ${counted(collected.files, 'transcript')} read, ${counted(synced.stored, 'new record')} sent.`,
    )
  } finally {
    await ledger.close()
  }
  return sentences
}

/** Do two URLs name the same server on this machine? */
function isSame(a: string, b: string): boolean {
  const plain = (url: string) => url.replace('//localhost', '//127.0.0.1').replace(/\/+$/, '')
  return plain(a) === plain(b)
}

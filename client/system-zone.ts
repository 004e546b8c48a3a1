import { readlinkSync } from 'node:fs'
import type { Surroundings } from './surroundings.ts'

/**
 * The zone that this process runs in, an IANA name. Intl knows it, but takes 10 ms to wake: where the system says the
 * same in a word that Intl knows as it stands, that word is it.
 */
export function systemZone({ env }: Pick<Surroundings, 'env'>, localtime = '/etc/localtime'): string {
  const said = env['TZ'] ?? linkedZone(localtime)
  if (said === 'UTC' || (said !== undefined && Intl.supportedValuesOf('timeZone').includes(said))) return said
  const zone: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone
  // Where TZ names no zone, Date goes by UTC, and Intl has no word for it that it would take back.
  return zone === undefined || zone === 'Etc/Unknown' ? 'UTC' : zone
}

/** What the system's own link names: `/usr/share/zoneinfo/Europe/Berlin`. */
function linkedZone(path: string): string | undefined {
  try {
    const [, zone] = readlinkSync(path).split('/zoneinfo/')
    return zone === 'Etc/UTC' ? 'UTC' : zone
  } catch {
    return undefined
  }
}

import type { KeyRow } from '../../api/keys.ts'
import { ago } from '../../core/format.ts'
import { asAdministrator, type WithLocalKey } from '../administrator.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import type { Style } from '../terminal/style.ts'
import { printable } from '../terminal/text.ts'
import { printListing } from './report/listing.ts'
import type { ReportOptions } from './report/options.ts'

/** `forge key list`: every key of the server, what it may do, and when and from where it was last used. */
export async function listKeys(
  options: ReportOptions & { readonly all?: boolean },
  withLocalKey: WithLocalKey,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { url, keys } = await asAdministrator(surroundings, withLocalKey, async (server) => {
    const all = await server.administration.keys()
    return { url: server.url, keys: all.filter(({ id }) => id !== server.passing_key) }
  })
  const shown = options.all ? keys : keys.filter((key) => key.is_valid)
  const ended = keys.length - shown.length
  const now = surroundings.now()
  return printListing(
    {
      rows: { columns: COLUMNS, rows: shown },
      document: { schema_version: 1, server_url: url, keys: shown },
      title: ['Keys', url],
      right: `${shown.length} ${shown.length === 1 ? 'key' : 'keys'}`,
      isEmpty: shown.length === 0,
      table: (style) => ({
        columns: [
          { heading: 'ID', cells: shown.map(({ id }) => id) },
          { heading: 'KIND', cells: shown.map(({ kind }) => kind) },
          { heading: 'FOR', cells: shown.map((key) => purpose(key, style)), shortest: 12 },
          { heading: 'LAST USED', cells: shown.map((key) => lastUse(key, now)), rank: 3 },
          { heading: 'FROM', cells: shown.map(({ last_used_from }) => printable(last_used_from, style)), rank: 1 },
          { heading: 'MADE', cells: shown.map(({ created_at }) => created_at.slice(0, 10)), rank: 2 },
        ],
      }),
      notes: () => [
        shown.length === 0 ? 'There is no key.' : 'End one: forge key revoke ID',
        ...(ended === 0 ? [] : [`${ended} that ${ended === 1 ? 'has' : 'have'} ended: forge key list --all`]),
      ],
    },
    options,
    surroundings,
  )
}

const COLUMNS: readonly (keyof KeyRow)[] = [
  'id',
  'kind',
  'label',
  'machine',
  'hostname',
  'created_at',
  'last_used',
  'last_used_from',
  'expires_at',
  'revoked_at',
  'is_valid',
]

function purpose({ hostname, label }: KeyRow, style: Style): string {
  return printable(hostname ?? label, style).trim()
}

function lastUse({ last_used, is_valid, revoked_at }: KeyRow, now: number): string {
  if (!is_valid) return revoked_at === null ? 'expired' : 'revoked'
  return last_used === null ? 'never' : ago(Math.max(0, now - Date.parse(last_used)))
}

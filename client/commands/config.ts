import { Problem } from '../../core/problem.ts'
import { type ConfigValue, maskKey, readConfig, SETTINGS, writeSetting } from '../config.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone, printNote } from '../terminal/messages.ts'

/** `forge config show`: every value with where it comes from; the key masked. */
export function showConfig(options: { readonly json?: boolean }, surroundings: Surroundings): ExitCode {
  const config = readConfig(surroundings)
  const { stdout } = surroundings
  if (options.json) {
    const values = Object.fromEntries(
      config.values.map((value) => [value.setting.name, { value: shown(value) ?? null, origin: value.origin }]),
    )
    stdout.write(`${JSON.stringify({ schema_version: 1, path: config.path, ...values })}\n`)
    return 0
  }
  for (const value of config.values) {
    const origin = {
      environment: value.setting.variable,
      file: config.path,
      default: value.value === undefined ? 'not set' : 'default',
    }[value.origin]
    const text = shown(value)
    stdout.write(
      `${`${value.setting.name}:`.padEnd(15)} ${text === undefined ? `(${origin})` : `${text}  (${origin})`}\n`,
    )
  }
  for (const warning of config.warnings) printNote(warning, surroundings)
  return 0
}

/** `forge config set KEY VALUE`; keys as the original's (`server-url`) or as in the file (`server_url`). */
export async function setConfig(key: string, value: string, surroundings: Surroundings): Promise<ExitCode> {
  const wanted = key.trim().toLowerCase().replaceAll('_', '-')
  const setting = SETTINGS.find(({ flag }) => flag === wanted)
  if (setting === undefined) {
    throw new Problem('invalid-request', `“${key}” is not a setting.`, {
      hint: `Settings: ${SETTINGS.map(({ flag }) => flag).join(', ')}`,
    })
  }
  await writeSetting(surroundings, setting.name, value)
  const now = readConfig(surroundings).values.find((known) => known.setting === setting)
  const { origin } = now ?? {}
  if (surroundings.stdout.isTTY) printDone(`Set ${setting.flag}.`, surroundings)
  const consequence = setting.consequence?.(now?.value ?? '')
  if (consequence !== undefined) printNote(consequence, surroundings)
  if (origin === 'environment') {
    printNote(`${setting.variable} is set and wins over the file as long as it is.`, surroundings)
  }
  return 0
}

function shown({ setting, value }: ConfigValue): string | undefined {
  return value !== undefined && setting.secret ? maskKey(value) : value
}

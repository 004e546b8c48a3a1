import { asAdministrator, type WithLocalKey } from '../administrator.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printNote } from '../terminal/messages.ts'
import { isHere } from '../login/server-address.ts'

/** `forge invite`: a line to be run on one more machine, once, within 15 minutes. */
export async function inviteCommand(
  label: string | undefined,
  { json }: { readonly json?: boolean },
  withLocalKey: WithLocalKey,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr } = surroundings
  return asAdministrator(surroundings, withLocalKey, async (server): Promise<ExitCode> => {
    const { code, expires_at, url } = await server.administration.invite(label ?? '')
    const reached = url ?? server.url
    const command = `forge login ${reached} --code ${code}`
    if (json) {
      stdout.write(`${JSON.stringify({ schema_version: 1, code, expires_at, server_url: reached, command })}\n`)
      return 0
    }
    if (stdout.isTTY) stderr.write('\n  Run this on the machine to add. It works once, within 15 minutes:\n\n')
    stdout.write(`${stdout.isTTY ? '  ' : ''}${command}\n${stdout.isTTY ? '\n' : ''}`)
    if (isHere(reached)) {
      printNote(
        'That address works on this machine only. For others: forge serve --host 0.0.0.0, or FORGE_PUBLIC_URL',
        surroundings,
      )
    }
    return 0
  })
}

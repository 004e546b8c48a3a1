import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Surroundings } from '../../surroundings.ts'

const count = z.int().min(0)
const report = z.object({
  daily: z.array(
    z.object({
      date: z.string(),
      modelBreakdowns: z.array(
        z.object({
          modelName: z.string(),
          inputTokens: count,
          outputTokens: count,
          cacheCreationTokens: count,
          cacheReadTokens: count,
          cost: z.number(),
        }),
      ),
    }),
  ),
})

export type CcusageReport = z.output<typeof report>

/** What an installed ccusage says of this home; `absent` where none is installed; why not, where it cannot be asked. */
export type CcusageAnswer =
  | { readonly is: 'report'; readonly report: CcusageReport }
  | { readonly is: 'absent' }
  | { readonly is: 'silent'; readonly why: string }

const run = promisify(execFile)
const MAX_OUTPUT = 256 * 1024 * 1024
const LONGEST_REASON = 200

export async function askCcusage(
  { env, home }: Surroundings,
  { program = 'ccusage', tz }: { readonly program?: string; readonly tz: string },
): Promise<CcusageAnswer> {
  let stdout: string
  try {
    ;({ stdout } = await run(program, ['claude', 'daily', '--json', '--offline'], {
      env: { ...env, HOME: home, TZ: tz },
      maxBuffer: MAX_OUTPUT,
      timeout: 300_000,
    }))
  } catch (error) {
    const { code, stderr, message } = error as { code?: string | number; stderr?: string; message: string }
    if (code === 'ENOENT') return { is: 'absent' }
    return { is: 'silent', why: reason(stderr ?? '') || reason(message) }
  }
  const parsed = report.safeParse(parsedJson(stdout))
  return parsed.success
    ? { is: 'report', report: parsed.data }
    : { is: 'silent', why: 'its answer is none that ccusage 20 gives' }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The last line that says something. */
function reason(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').slice(0, LONGEST_REASON)
}

import { cleanName } from '../core/text.ts'
import type { Surroundings } from './surroundings.ts'

/** How a machine that is made for a job, and then gone, calls itself. */
export interface Job {
  readonly group: string
  readonly is_ephemeral: boolean
}

/**
 * What a job is called that names itself nowhere else: containers have random hostnames, which say nothing in a list.
 * Undefined where nothing tells.
 */
export function jobName({ env }: Pick<Surroundings, 'env'>): string | undefined {
  const named = [
    [env['GITHUB_REPOSITORY'], env['GITHUB_WORKFLOW']],
    [env['GITLAB_CI'] && env['CI_PROJECT_PATH'], env['CI_JOB_NAME']],
    [env['CODESPACE_NAME']],
    [env['GITPOD_WORKSPACE_ID']],
  ]
  const [words] = named.map((parts) => parts.filter(Boolean)).filter(({ length }) => length > 0)
  return words === undefined ? undefined : cleanName(words.join(' ')).trim() || undefined
}

import { Problem } from '../../core/problem.ts'
import type { Reports } from '../../core/report-specs.ts'
import type { Surroundings } from '../surroundings.ts'
import { refreshFacts } from './facts.ts'
import { writeStatusLine } from './statusline-file.ts'

/** What a status line says, as the server knows it now. One that cannot say it leaves what was known. */
export async function freshenLine(
  reports: Reports,
  server_url: string | null,
  surroundings: Surroundings,
): Promise<void> {
  try {
    writeStatusLine(await refreshFacts(reports, server_url, surroundings), surroundings)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}

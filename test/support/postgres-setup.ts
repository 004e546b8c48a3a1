import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.ts'

/** Before the tests on PostgreSQL: one server for all of them, with a database for each test. */
export default async function setUp({ config }: TestProject): Promise<() => Promise<void>> {
  const folder = new URL(config.env['FORGE_TEST_POSTGRES'] as string).searchParams.get('host') as string
  const server = await startPostgres({ folder })
  return () => server.remove()
}

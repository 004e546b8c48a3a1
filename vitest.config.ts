import { defineConfig } from 'vitest/config'
import { whyNoPostgres } from './test/support/postgres-server.ts'

// Some systems set it for every shell. The forge commands that tests start would each read that file first, and be slower
// than a user's.
delete process.env['NODE_EXTRA_CA_CERTS']

// What has to hold whatever a server keeps its ledger in: the same tests again, on PostgreSQL.
const ON_EVERY_ENGINE = [
  'store/{event-index,ledger,machine-changes,planned-once,rollup,transfer,turns}.test.ts',
  'store/reports/*.test.ts',
  'server/**/*.test.ts',
  'test/{recent,sync,journey,kill-loop,zones}.test.ts',
  'test/reports/*.test.ts',
]

// What has nothing to say without a PostgreSQL.
const ON_POSTGRES_ALONE = ['test/{full-disk,moving}.test.ts']

const noPostgres = whyNoPostgres()
if (noPostgres !== undefined) process.stderr.write(`Not tested on PostgreSQL: ${noPostgres}.\n`)

export default defineConfig({
  test: {
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    pool: 'forks',
    // Tests wait for processes of their own more than they compute.
    maxWorkers: 2,
    // The loops that kill a collecting forge again and again take a minute on a slow machine.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'units', include: ['{core,api,sources,store,server,client,web,bin}/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'programs', include: ['test/**/*.test.ts'], exclude: ON_POSTGRES_ALONE },
      },
      {
        extends: true,
        test: {
          name: 'on PostgreSQL',
          include: noPostgres === undefined ? [...ON_EVERY_ENGINE, ...ON_POSTGRES_ALONE] : [],
          globalSetup: 'test/support/postgres-setup.ts',
          env: { FORGE_TEST_POSTGRES: `postgres://postgres@localhost/postgres?host=/tmp/forge-pg-${process.pid}` },
        },
      },
      {
        // Alone and last: what it measures would suffer from a neighbour.
        extends: true,
        test: { name: 'bench', include: ['bench/**/*.test.ts'], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
})

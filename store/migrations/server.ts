import { define, type MigrationList } from '../migrate.ts'

/** Tables that only a server has: keys, and how far each machine's ledger has been received. */
export const serverMigrations: MigrationList = {
  list: 'server',
  migrations: [
    {
      name: 'keys, received positions',
      up: (db) => define(db, SERVER_1),
    },
  ],
}

const SERVER_1 = [
  `create table api_key (
    id text primary key, hash text not null, scope text not null, label text not null,
    created_at integer not null, last_used integer not null)`,
  `create table machine_ledger (
    owner integer not null, machine text not null, ledger text not null, acknowledged integer not null,
    primary key (owner, machine, ledger))`,
]

import { engineOf } from '../engine.ts'
import { define, type MigrationList } from '../migrate.ts'

/** Tables that only a server has: keys, sign-ins, and how far each machine's ledger has been received. */
export const serverMigrations: MigrationList = {
  list: 'server',
  migrations: [
    {
      name: 'keys, received positions',
      up: (db) => define(db, SERVER_1),
    },
    {
      name: 'keys of a machine, sign-ins',
      up: (db) => define(db, SERVER_2),
    },
    {
      name: 'keys that replace others, what was done',
      up: (db) => define(db, SERVER_3),
    },
    {
      name: 'pairing, invites',
      up: (db) => define(db, SERVER_4),
    },
    {
      name: 'counters that servers of one database share',
      // What counts a minute need not survive a crash, and no request should wait for the disk.
      up: (db) => define(db, [`create ${engineOf(db) === 'postgres' ? 'unlogged ' : ''}table ${SERVER_5}`]),
    },
    {
      name: 'read-only links',
      up: (db) => define(db, SERVER_6),
    },
    {
      name: 'families of keys, and groups of machines',
      up: (db) => define(db, SERVER_7),
    },
    {
      name: 'changes of machines, to be taken back',
      up: (db) => define(db, SERVER_8),
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

const SERVER_2 = [
  `alter table api_key add column owner integer not null default 1`,
  `alter table api_key add column machine text not null default ''`,
  `alter table api_key add column last_used_from text not null default ''`,
  `alter table api_key add column expires_at integer not null default 0`,
  `alter table api_key add column revoked_at integer not null default 0`,
  `create unique index api_key_hash on api_key (hash)`,
  `create table sign_in (
    id text primary key, hash text not null unique, owner integer not null, made_by text not null,
    is_secure integer not null, label text not null, created_at integer not null, last_used integer not null,
    last_used_from text not null, expires_at integer not null)`,
  `create table setup_link (hash text primary key, owner integer not null, expires_at integer not null)`,
]

const SERVER_3 = [
  `alter table api_key add column replaces text not null default ''`,
  `alter table api_key add column grace_ms integer not null default 0`,
  `create table audit (
    id integer primary key, owner integer not null, at integer not null, actor text not null,
    from_address text not null, action text not null, subject text not null, detail text not null)`,
  `create index audit_owner on audit (owner, id)`,
]

const SERVER_4 = [
  `create table pairing (
    id text primary key, device_hash text not null unique, code text not null unique, owner integer not null,
    status text not null, shown_number text not null, choices text not null, machine text not null, hostname text not null,
    system text not null, client_version text not null, from_address text not null, created_at integer not null,
    expires_at integer not null, interval_s integer not null, last_polled integer not null)`,
  `create table invite (
    code_hash text primary key, owner integer not null, label text not null, expires_at integer not null)`,
]

const SERVER_5 = `rate_limit (key text primary key, points integer not null, expire integer)`

const SERVER_6 = [
  `create table share (
    id text primary key, hash text not null unique, owner integer not null, name text not null, view text not null,
    blocks text not null, has_names integer not null, has_cost integer not null, created_at integer not null,
    last_used integer not null, expires_at integer not null)`,
]

const SERVER_7 = [
  `alter table api_key add column family text not null default ''`,
  `alter table api_key add column machine_group text not null default ''`,
  `alter table api_key add column is_ephemeral integer not null default 0`,
  `update api_key set family = id`,
]

const SERVER_8 = [
  `create table machine_change (
    id integer primary key, owner integer not null, at integer not null, actor text not null, action text not null,
    machine text not null, becomes text not null, was text not null, undone_at integer not null)`,
  `create index machine_change_owner on machine_change (owner, id)`,
]

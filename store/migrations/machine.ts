import { define, type MigrationList } from '../migrate.ts'

/** Tables that only a machine has: who it is, what it has read, what a server has acknowledged. */
export const machineMigrations: MigrationList = {
  list: 'machine',
  migrations: [
    {
      name: 'identity, cursors, positions',
      up: (db) => define(db, MACHINE_1),
    },
    {
      name: 'imports',
      up: (db) => define(db, [MACHINE_2]),
    },
    {
      name: 'folders as they were found',
      up: (db) => define(db, [MACHINE_3]),
    },
    {
      name: 'who was signed in',
      up: (db) => define(db, [MACHINE_4]),
    },
  ],
}

const MACHINE_4 = `create table account_span (
  place text not null, account text not null, starts integer not null, ends integer not null,
  primary key (place, starts)) without rowid`

const MACHINE_3 = `create table folder (
  path text primary key, listed_at integer not null, listings text not null) without rowid`

const MACHINE_2 = `create table import (
  origin text primary key, file text not null, imported_at integer not null, days integer not null,
  total_tokens integer not null)`

const MACHINE_1 = [
  `create table this_machine (machine text not null, fingerprint text not null, created_at integer not null)`,
  `create table cursor (
    path text primary key, source text not null, device text not null, inode text not null, size integer not null,
    changed_at text not null, offset integer not null, fingerprint text not null, state text not null) without rowid`,
  `create table acknowledged (server text primary key, position integer not null, at integer not null)`,
  `create table note (key text primary key, value text not null)`,
  `create table quarantine (
    server text not null, event text not null, code text not null, at integer not null,
    primary key (server, event)) without rowid`,
]

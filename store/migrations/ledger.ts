import { define, type MigrationList } from '../migrate.ts'
import { rebuildRollup } from '../rollup.ts'

/** Tables of a ledger on a machine and on a server alike. */
export const ledgerMigrations: MigrationList = {
  list: 'ledger',
  migrations: [
    {
      name: 'events, names, machines, day figures',
      up: (db) => define(db, LEDGER_1),
    },
    {
      name: 'usage by quarter hours, projects, coverage',
      async up(db) {
        await define(db, LEDGER_2)
        await rebuildRollup(db)
      },
    },
  ],
}

const LEDGER_1 = [
  `create table ledger_state (key text primary key, value text not null)`,
  `create table name (id integer primary key, value text not null unique)`,
  `create table machine (
    owner integer not null, id text not null, hostname text not null,
    first_seen integer not null, last_sync integer not null,
    is_active integer not null, protocol integer not null, erased_at integer not null,
    primary key (owner, id))`,
  // seq is the key, so a batch to send is one stretch of the table.
  `create table event (
    seq integer primary key, owner integer not null, id text not null, kind text not null,
    occurred_at integer not null, machine integer not null, session integer not null, project integer not null,
    source integer not null, account integer not null, seen_as text not null,
    model integer not null, variant integer not null, client_version integer not null,
    input_tokens integer not null, output_tokens integer not null, cache_read_tokens integer not null,
    cache_write_5m_tokens integer not null, cache_write_1h_tokens integer not null,
    tool_calls integer not null, web_searches integer not null)`,
  `create unique index event_id on event (owner, id)`,
  `create index event_time on event (owner, occurred_at)`,
  `create table seen_by (
    owner integer not null, event text not null, machine integer not null,
    primary key (owner, event, machine)) without rowid`,
  `create table seen_day (
    owner integer not null, machine integer not null, day integer not null,
    primary key (owner, machine, day)) without rowid`,
  `create table figure_snapshot (
    id integer primary key, owner integer not null, machine integer not null, origin text not null,
    version integer not null, basis text not null, last_day text not null, first_day text not null,
    seen_at integer not null,
    unique (owner, machine, origin, version, basis, last_day, first_day))`,
  `create table day_figure (
    owner integer not null, machine integer not null, origin text not null, day integer not null,
    model integer not null, total_tokens integer not null, input_tokens integer not null,
    output_tokens integer not null, cache_read_tokens integer not null, cache_creation_tokens integer not null,
    snapshot integer not null, seq integer not null,
    primary key (owner, machine, origin, day, model)) without rowid`,
  `create table day_activity (
    owner integer not null, machine integer not null, origin text not null, day integer not null,
    message_count integer not null, session_count integer not null, tool_call_count integer not null,
    snapshot integer not null, seq integer not null,
    primary key (owner, machine, origin, day)) without rowid`,
  `create table model_figure (
    owner integer not null, machine integer not null, origin text not null, model integer not null,
    input_tokens integer not null, output_tokens integer not null, cache_read_tokens integer not null,
    cache_creation_tokens integer not null, snapshot integer not null, seq integer not null,
    primary key (owner, machine, origin, model)) without rowid`,
]

const LEDGER_2 = [
  // In the order of time, so that a range is one stretch of the table.
  `create table usage_quarter (
    owner integer not null, quarter integer not null, session integer not null, model integer not null,
    variant integer not null, subagent integer not null, prompt_step integer not null, machine integer not null,
    project integer not null, source integer not null, account integer not null, client_version integer not null,
    responses integer not null, prompts integer not null, input_tokens integer not null,
    output_tokens integer not null, cache_read_tokens integer not null, cache_write_5m_tokens integer not null,
    cache_write_1h_tokens integer not null, tool_calls integer not null, web_searches integer not null,
    understated integer not null,
    primary key (owner, quarter, session, model, variant, subagent, prompt_step, machine, project, source, account,
      client_version)) without rowid`,
  `create table day_version (
    owner integer not null, day integer not null, version integer not null,
    primary key (owner, day)) without rowid`,
  `create table withdrawn (
    owner integer not null, origin text not null, seq integer not null,
    primary key (owner, origin)) without rowid`,
  `create table project (
    owner integer not null, project integer not null, label text not null,
    primary key (owner, project)) without rowid`,
  `create table coverage_span (
    owner integer not null, machine integer not null, starts integer not null, ends integer not null,
    primary key (owner, machine, starts)) without rowid`,
  `alter table machine add column cleanup_period_days integer not null default 0`,
  // Reports sum quarters; what still looks for single events looks for those of a session.
  `drop index event_time`,
  `create index event_session on event (owner, session, occurred_at)`,
]

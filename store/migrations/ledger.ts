import { define, type MigrationList } from '../migrate.ts'
import { engineOf } from '../engine.ts'
import { noteKeys } from '../event-index.ts'
import { eachPageOfEvents } from '../event-pages.ts'
import { moveRollup } from '../rollup.ts'

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
      // What it holds is made below, from the events as they lie then.
      up: (db) => define(db, LEDGER_2),
    },
    {
      name: 'events in the order of arrival, for each owner',
      async up(db) {
        await define(db, LEDGER_3)
        await define(db, engineOf(db) === 'postgres' ? LEDGER_3_POSTGRES : LEDGER_3_SQLITE)
        await define(db, HOUR_VERSION)
        await eachPageOfEvents(db, async (owner, rows) => {
          await noteKeys(db, owner, rows)
          await moveRollup(db, { out: [], into: rows }, new Map())
        })
      },
    },
    {
      name: 'a version of all data',
      async up(db) {
        await define(db, LEDGER_4)
        if (engineOf(db) === 'sqlite') await define(db, LEDGER_4_SQLITE)
      },
    },
    {
      name: 'plan limits',
      up: (db) => define(db, LIMITS),
    },
    {
      name: 'events of machines by days',
      up: (db) => define(db, MACHINE_DAYS),
    },
    {
      name: 'what people say of machines, and who brought them',
      up: (db) => define(db, MACHINES),
    },
    {
      name: 'days as they were read',
      up: (db) => define(db, DAY_USAGE),
    },
    {
      name: 'machines that are others, or are being deleted',
      up: (db) => define(db, SHOWN_AS),
    },
    {
      name: 'versions of hours',
      up: (db) => define(db, [...HOUR_VERSION, ...FIRST_HOUR_VERSIONS]),
    },
  ],
}

/**
 * By number, since finding a row by a key beside two megabytes would read them. And a counter of all changes of an
 * owner's data, which every transaction raises first: whoever has seen the same number has seen the same data.
 */
const LEDGER_4 = [`create table data_version (owner integer primary key, version integer not null)`]
const LEDGER_4_SQLITE = [
  `create table numbered_filter (
    id integer primary key, owner integer not null, first_run integer not null, runs integer not null,
    bits blob not null)`,
  `insert into numbered_filter (owner, first_run, runs, bits)
    select owner, first_run, runs, bits from event_filter order by owner, first_run`,
  `drop table event_filter`,
  `alter table numbered_filter rename to event_filter`,
  `create unique index event_filter_run on event_filter (owner, first_run)`,
]

/** The key leads with the owner, so that a spread database can keep each owner in one place. */
const LEDGER_3 = [
  `create table event_by_owner (
    owner integer not null, seq integer not null, id text not null, kind text not null,
    occurred_at integer not null, machine integer not null, session integer not null, project integer not null,
    source integer not null, account integer not null, seen_as text not null,
    model integer not null, variant integer not null, client_version integer not null,
    input_tokens integer not null, output_tokens integer not null, cache_read_tokens integer not null,
    cache_write_5m_tokens integer not null, cache_write_1h_tokens integer not null,
    tool_calls integer not null, web_searches integer not null,
    primary key (owner, seq)) without rowid`,
  `insert into event_by_owner
    select owner, seq, id, kind, occurred_at, machine, session, project, source, account, seen_as, model, variant,
      client_version, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
      tool_calls, web_searches
    from event order by owner, seq`,
  `drop table event`,
  `alter table event_by_owner rename to event`,
  `create index event_session on event (owner, session, occurred_at)`,
  `delete from usage_quarter`,
  `update day_version set version = version + 1`,
]

/** Where events are found by their ids: store/event-index.ts says why it is not the same on both. */
const LEDGER_3_POSTGRES = [`create unique index event_id on event (owner, id)`]
const LEDGER_3_SQLITE = [
  `create table event_key (
    owner integer not null, run integer not null, key integer not null, seq integer not null,
    primary key (owner, run, key, seq)) without rowid`,
  `create table event_filter (
    owner integer not null, first_run integer not null, runs integer not null, bits blob not null,
    primary key (owner, first_run)) without rowid`,
]

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

const MACHINE_DAYS = [
  `create table machine_day (
    owner integer not null, machine integer not null, day integer not null, events integer not null,
    primary key (owner, machine, day)) without rowid`,
  `insert into machine_day
    select owner, machine, quarter / 96, sum(responses + prompts) from usage_quarter group by owner, machine, quarter / 96`,
]

/** Found by its key, beside its long rows: whoever looks for some of them would read past all others. */
const DAY_USAGE = [
  `create table day_usage (
    owner integer not null, starts integer not null, ends integer not null, view text not null,
    version integer not null, content text not null,
    primary key (owner, starts, ends))`,
]

const LIMITS = [
  `create table limit_sample (
    owner integer not null, account integer not null, "window" text not null, machine integer not null,
    seen_at integer not null, used_hundredths integer not null, resets_at integer not null, seq integer not null,
    primary key (owner, account, "window", machine, seen_at)) without rowid`,
  `create index limit_sample_seq on limit_sample (owner, seq)`,
]

const MACHINES = [
  `alter table machine add column label text not null default ''`,
  `alter table machine add column machine_group text not null default ''`,
  `alter table machine add column is_ephemeral integer not null default 0`,
  `alter table machine add column archived_at integer not null default 0`,
  `alter table machine add column merged_into text not null default ''`,
  `alter table machine add column copied_from text not null default ''`,
  `alter table machine add column introduced_by text not null default ''`,
  `alter table machine add column running text not null default ''`,
  `alter table machine add column ran_before text not null default ''`,
  `alter table machine add column cloned_at integer not null default 0`,
]

const SHOWN_AS = [
  `alter table machine add column deleted_at integer not null default 0`,
  `create table shown_as (
    owner integer not null, machine integer not null, shown_as integer not null, is_gone integer not null,
    primary key (owner, machine)) without rowid`,
]

/** Made before the rollup is first filled, which writes to it. */
const HOUR_VERSION = [
  `create table if not exists hour_version (
    owner integer not null, hour integer not null, version integer not null,
    primary key (owner, hour)) without rowid`,
]
const FIRST_HOUR_VERSIONS = [
  `delete from hour_version`,
  `insert into hour_version select distinct owner, quarter / 4, 1 from usage_quarter`,
]

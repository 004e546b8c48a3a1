import type { Generated } from 'kysely'
import type { FigureOrigin } from '../core/day-figure.ts'
import type { SeenAs } from '../core/usage-event.ts'

/**
 * The tables of a ledger, as types. Only integers and text: instants are epoch milliseconds, days are days since
 * 1970-01-01, flags are 0 or 1, so that one query serves every engine.
 */

/** Whose data a row is. A machine's own ledger has one owner; a server may have more. */
export type OwnerId = number
export const ONLY_OWNER: OwnerId = 1

/** A row of `name`: sessions, projects, models and the like are long, repeated texts, kept once. */
export type NameId = number

export interface EventTable {
  /** The ledger's own order: a new or grown event gets the next one. */
  seq: number
  owner: OwnerId
  id: string
  kind: 'response' | 'prompt'
  occurred_at: number
  machine: NameId
  session: NameId
  project: NameId
  source: NameId
  account: NameId
  seen_as: SeenAs
  model: NameId
  variant: NameId
  client_version: NameId
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_write_5m_tokens: number
  cache_write_1h_tokens: number
  tool_calls: number
  web_searches: number
}

/** Usage of a quarter of an hour that agrees in all of these: a cell of the rollup. */
export interface QuarterKey {
  owner: OwnerId
  /** Quarters of an hour since 1970. */
  quarter: number
  session: NameId
  model: NameId
  variant: NameId
  /** 1 where a subagent or a side conversation asked. */
  subagent: 0 | 1
  /** How many of the price book's prompt sizes the prompt exceeds. */
  prompt_step: number
  machine: NameId
  project: NameId
  source: NameId
  account: NameId
  client_version: NameId
}

/** What is counted in a cell. Sums only, so that an event can be taken out again. */
export interface QuarterSums {
  responses: number
  prompts: number
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_write_5m_tokens: number
  cache_write_1h_tokens: number
  tool_calls: number
  web_searches: number
  understated: number
}

export interface QuarterTable extends QuarterKey, QuarterSums {}

interface Tables {
  ledger_state: { key: 'ledger' | 'last_seq' | 'project_secret' | 'transfer'; value: string }
  name: { id: NameId; value: string }
  machine: {
    owner: OwnerId
    id: string
    hostname: string
    first_seen: number
    last_sync: number
    is_active: number
    /** 1: an original client, known by its hostname alone. 2: a machine with an id of its own. */
    protocol: number
    /** When its data were erased for good; 0 where they were not. */
    erased_at: number
    /** After how many days its Claude Code deletes transcripts; 0 where it has not said. */
    cleanup_period_days: number
    /** What someone calls it here; empty where it is called by its hostname. */
    label: string
    /** Machines of one group belong together; empty for none. */
    machine_group: string
    /** 1 for one that is made for a job, and then gone. */
    is_ephemeral: number
    /** When someone put it away: it counts, but nothing is expected of it; 0 where nobody did. */
    archived_at: number
    /** The machine that it is, under another id; empty for a machine of its own. */
    merged_into: string
    /** The machine whose key, and so whose files, it first came with; empty for none. */
    copied_from: string
    /** The family of the key by which it first came; empty where that is not known. */
    introduced_by: string
    /** The start of the computer that it last ran on, and the one before. */
    running: string
    ran_before: string
    /** When two computers were first seen to be this one machine; 0 where they were not. */
    cloned_at: number
    /** When someone deleted it: after a while it is erased for good; 0 where nobody did. */
    deleted_at: number
  }
  /** For which machine counts what one has told, where that is not simply itself: store/shown-as.ts. */
  shown_as: { owner: OwnerId; machine: NameId; shown_as: NameId; is_gone: number }
  event: EventTable
  /** Where events are found by their ids, in runs of places (SQLite only: store/event-index.ts). */
  event_key: { owner: OwnerId; run: number; key: number; seq: number }
  /** Which of sixteen runs may hold a key; of so many of them already (SQLite only). */
  event_filter: { id: Generated<number>; owner: OwnerId; first_run: number; runs: number; bits: Uint8Array }
  /** The events, summed by quarters of an hour: what reports are answered from. Its one law: it is what the events say. */
  usage_quarter: QuarterTable
  /** How often an owner's data have changed, in all. */
  data_version: { owner: OwnerId; version: number }
  /** How often cells of a (UTC) day have changed: what has been read of a day is good while this is the same. */
  day_version: { owner: OwnerId; day: number; version: number }
  /** The same of an (UTC) hour: of a day that goes on, only what has changed is read again. */
  hour_version: { owner: OwnerId; hour: number; version: number }
  /** Days as reports have read them of the rollup: good while `version` is that of the ledger (reports/kept-days.ts). */
  day_usage: { owner: OwnerId; starts: number; ends: number; view: string; version: number; content: string }
  /** How many events each machine has of each (UTC) day. */
  machine_day: { owner: OwnerId; machine: NameId; day: number; events: number }
  /** What projects are called. */
  project: { owner: OwnerId; project: NameId; label: string }
  /** Stretches of time of which a machine's transcripts have been read before Claude Code deleted them. */
  coverage_span: { owner: OwnerId; machine: NameId; starts: number; ends: number }
  /** Which machines have shown an event that more than one has shown. */
  seen_by: { owner: OwnerId; event: string; machine: NameId }
  /** Days on which a machine has shown an event: its day figures of these and the neighbouring days are superseded. */
  seen_day: { owner: OwnerId; machine: NameId; day: number }
  day_figure: {
    owner: OwnerId
    machine: NameId
    origin: FigureOrigin
    day: number
    model: NameId
    total_tokens: number
    input_tokens: number
    output_tokens: number
    cache_read_tokens: number
    cache_creation_tokens: number
    snapshot: number
    seq: number
  }
  day_activity: {
    owner: OwnerId
    machine: NameId
    origin: FigureOrigin
    day: number
    message_count: number
    session_count: number
    tool_call_count: number
    snapshot: number
    seq: number
  }
  model_figure: {
    owner: OwnerId
    machine: NameId
    origin: FigureOrigin
    model: NameId
    input_tokens: number
    output_tokens: number
    cache_read_tokens: number
    cache_creation_tokens: number
    snapshot: number
    seq: number
  }
  /** What Claude Code told of plan limits. */
  limit_sample: {
    owner: OwnerId
    account: NameId
    window: string
    machine: NameId
    seen_at: number
    /** Hundredths of a percent. */
    used_hundredths: number
    resets_at: number
    seq: number
  }
  /** Imports whose figures were taken out again. */
  withdrawn: { owner: OwnerId; origin: FigureOrigin; seq: number }
  figure_snapshot: {
    id: number
    owner: OwnerId
    machine: NameId
    origin: FigureOrigin
    version: number
    basis: string
    last_day: string
    first_day: string
    seen_at: number
  }
}

interface MachineTables {
  /** Who this machine is. One row. */
  this_machine: { machine: string; fingerprint: string; created_at: number }
  /** When who was seen to be signed in to an agent. */
  account_span: { place: string; account: string; starts: number; ends: number }
  /** How far each transcript has been read. */
  cursor: {
    path: string
    source: string
    device: string
    inode: string
    size: number
    changed_at: string
    offset: number
    /** Hash of the bytes at the start and before `offset`: a rewrite in place changes it. */
    fingerprint: string
    /** What the reader knows at `offset`, as JSON. */
    state: string
  }
  /** Folders of transcripts as they were found, a row for each project: what looks like this has nothing new. */
  folder: { path: string; listed_at: number; listings: string }
  /** How far a server has acknowledged this ledger. */
  acknowledged: {
    server: string
    position: number
    at: number
  }
  /** Figures and counters of the last collect and the last sync, as JSON, for `forge sync --status`. */
  note: { key: string; value: string }
  /** Files that were imported here. */
  import: { origin: FigureOrigin; file: string; imported_at: number; days: number; total_tokens: number }
  /** Events that a server has refused, kept apart so that they block nothing. */
  quarantine: { server: string; event: string; code: string; at: number }
}

export interface ApiKeyTable {
  /** Public: it is part of the key, and names it. */
  id: string
  /** SHA-256 of the whole key, hex. */
  hash: string
  /** What it may do: a kind of `core/scope.ts`. */
  scope: string
  label: string
  created_at: number
  /** To the minute; 0 where it was never used. */
  last_used: number
  owner: OwnerId
  /** The machine that it was made for; empty for a key of a person or a program. */
  machine: string
  /** The address that it was last used from. */
  last_used_from: string
  /** 0 for one that does not expire. */
  expires_at: number
  /** 0 while it holds. */
  revoked_at: number
  /** The id of the key that it is to replace; empty for none. */
  replaces: string
  /** How long the replaced key still holds after the first use of this one. */
  grace_ms: number
  /** The id of the key that it goes back to, by whatever was replaced since. */
  family: string
  /** The group into which machines come that it brings; empty for none. */
  machine_group: string
  /** 1 where these are made for a job, and then gone. */
  is_ephemeral: number
}

export interface SignInTable {
  id: string
  /** SHA-256 of the cookie's value, hex. */
  hash: string
  owner: OwnerId
  /** The id of the key with which it was made, and with which it ends; empty for a setup link. */
  made_by: string
  /** 1 where the cookie is sent over https only. */
  is_secure: number
  /** The browser, as it calls itself. */
  label: string
  created_at: number
  last_used: number
  last_used_from: string
  expires_at: number
}

export interface PairingTable {
  /** Public: under it the request is approved. */
  id: string
  /** SHA-256 of the code that the machine polls with, hex. */
  device_hash: string
  /** What its terminal shows, to be typed by who approves. */
  code: string
  /** Whose machine it becomes. */
  owner: OwnerId
  /** `done` once the key was handed out. */
  status: 'waiting' | 'approved' | 'denied' | 'done'
  /** What its terminal shows beside the code, and among which who approves has to find it: three, with spaces between. */
  shown_number: string
  choices: string
  /** What the machine says of itself. */
  machine: string
  hostname: string
  system: string
  client_version: string
  from_address: string
  created_at: number
  expires_at: number
  /** How often it may ask; more after it asked too often. */
  interval_s: number
  last_polled: number
}

export interface InviteTable {
  /** SHA-256 of the code, hex. */
  code_hash: string
  owner: OwnerId
  label: string
  expires_at: number
}

export interface AuditTable {
  id: number
  owner: OwnerId
  at: number
  /** `key ID`, `browser ID`, or `server` for who sits at its machine. */
  actor: string
  /** The address that it came from; empty after a while. */
  from_address: string
  /** Such as `key.revoked`. */
  action: string
  /** The id of what it was done to. */
  subject: string
  /** What a person calls that, or more about it. */
  detail: string
}

export interface MachineChangeTable {
  /** In the order in which they were made. */
  id: Generated<number>
  owner: OwnerId
  at: number
  /** `key ID` or `browser ID`. */
  actor: string
  /** Such as `rename`. */
  action: string
  /** The id of the machine that was changed. */
  machine: string
  /** The name or the group that it was given, or the id of the machine into which it was merged; else empty. */
  becomes: string
  /** What it was before, as JSON, to be put back. */
  was: string
  /** 0 while it stands. */
  undone_at: number
}

export interface ShareTable {
  /** Public: it names the link, and cannot be followed. */
  id: string
  hash: string
  owner: OwnerId
  name: string
  /** What it shows, as JSON (api/share.ts). */
  view: string
  blocks: string
  has_names: number
  has_cost: number
  created_at: number
  /** 0 where it never was. */
  last_used: number
  expires_at: number
}

interface ServerTables {
  api_key: ApiKeyTable
  /** Browsers that are signed in. */
  sign_in: SignInTable
  /** Links with which a browser can sign in once, by the hash of their secret. */
  setup_link: { hash: string; owner: OwnerId; expires_at: number }
  /** Machines that ask to be let in. */
  pairing: PairingTable
  /** Codes with which a machine may come in. */
  invite: InviteTable
  /** What was done to keys, sign-ins and machines, and by whom. */
  audit: AuditTable
  /** Read-only links. */
  share: ShareTable
  /** What was changed of machines, so that it can be taken back. */
  machine_change: MachineChangeTable
  /** How far a machine's ledger has been received. */
  machine_ledger: { owner: OwnerId; machine: string; ledger: string; acknowledged: number }
}

export type LedgerSchema = Tables & MachineTables & ServerTables

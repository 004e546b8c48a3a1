import { localDay, localTime } from '../../core/calendar.ts'
import { duration, shortDay } from '../../core/dates.ts'
import { ago, compactCount, counted } from '../../core/format.ts'
import { openMachineLedger } from '../../store/open.ts'
import { restOf } from '../automatic/backoff.ts'
import { healShim } from '../automatic/shim.ts'
import { type Config, ledgerPath, readConfig } from '../config.ts'
import { readFacts } from '../line/facts.ts'
import { wordsOf } from '../line/formats.ts'
import { type MachineStatus, machineStatus } from '../status/machine-status.ts'
import { type ServerStatus, serverStatus } from '../status/server-status.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { exitCodeFor } from '../terminal/messages.ts'
import { type Ink, paint, type Style, styleFor, type StyleFlags } from '../terminal/style.ts'
import { flow, printable } from '../terminal/text.ts'

export interface StatusOptions extends StyleFlags {
  readonly short?: boolean
  readonly json?: boolean
}

interface Found {
  readonly config: Config
  readonly machine: MachineStatus
  readonly server: ServerStatus
}

const LABEL = 11
const GAP = 2

/**
 * `forge status`: is this machine in sync, does it go by itself, and what waits? Sends nothing. Ends with 0 in sync, 4
 * not signed in, 5 server not reachable (nothing is lost).
 */
export async function statusCommand(options: StatusOptions, surroundings: Surroundings): Promise<ExitCode> {
  await healShim(surroundings)
  const config = readConfig(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    const found = {
      config,
      machine: await machineStatus(ledger, config, surroundings),
      server: await serverStatus(config, surroundings),
    }
    const { stdout } = surroundings
    const style = styleFor(stdout, surroundings, options)
    const code = exitCodeOf(found)
    if (options.json) stdout.write(`${JSON.stringify(documentOf(found, code))}\n`)
    else if (options.short) stdout.write(`${shortLine(found, style, surroundings)}\n`)
    else
      stdout.write(
        screen(found, style, surroundings)
          .map((line) => `${line}\n`)
          .join(''),
      )
    return code
  } finally {
    await ledger.close()
  }
}

function exitCodeOf({ server }: Found): ExitCode {
  return server.kind === 'failed' ? exitCodeFor(server.problem.code) : 0
}

function screen(found: Found, style: Style, surroundings: Surroundings): string[] {
  const { server } = found
  const rows = server.kind === 'none' ? localRows(found, surroundings) : joinedRows(found, style, surroundings)
  const label = Math.max(LABEL, ...rows.map(([name]) => name.length)) + GAP
  const room = Math.max(20, style.width - label - 2)
  const lines = rows.flatMap(([name, text]) =>
    flow([printable(text, style)], room).map((line, i) => `  ${(i === 0 ? name : '').padEnd(label)}${line}`),
  )
  const hints = server.kind === 'none' ? [] : hintsOf(found)
  return [
    ...flow([title(found, style)], style.width),
    '',
    ...lines,
    ...(hints.length === 0 ? [] : ['', ...flow(hints, style.width, '   ').map((line) => paint(line, 'dim', style))]),
  ]
}

function title(found: Found, style: Style): string {
  return `${sign(stateOf(found), style)} ${titleText(found, style)}`
}

function titleText({ config, machine, server }: Found, style: Style): string {
  const name = printable(config.hostname, style)
  const url = printable(config.server_url ?? '', style)
  const waiting = waitingText(machine)
  if (server.kind === 'none') return 'This machine only. Nothing is sent anywhere.'
  if (server.kind === 'failed') {
    return exitCodeFor(server.problem.code) === 4
      ? `${name} is not signed in to ${url}; ${waiting}`
      : `${name} cannot reach ${url}; ${waiting}`
  }
  if (machine.pause !== undefined) return `${name} is paused; ${waiting}`
  return machine.waiting === 0 ? `${name} is in sync with ${url}` : `${name} is joined to ${url}; ${waiting}`
}

function stateOf({ machine, server }: Found): 'ok' | 'warn' | 'bad' | 'idle' {
  if (server.kind === 'none') return 'idle'
  if (server.kind === 'failed') return exitCodeFor(server.problem.code) === 4 ? 'bad' : 'warn'
  return machine.waiting === 0 && machine.pause === undefined ? 'ok' : 'warn'
}

function sign(state: 'ok' | 'warn' | 'bad' | 'idle', { signs, ascii, ...style }: Style): string {
  const glyph = { ok: ascii ? '[ok]' : '●', warn: signs.warn, bad: signs.bad, idle: ascii ? '[ ]' : '○' }[state]
  const ink: Ink = state === 'idle' ? 'dim' : state
  return paint(glyph, ink, { signs, ascii, ...style })
}

function waitingText({ waiting }: MachineStatus): string {
  if (waiting === 0) return 'nothing waits'
  return `${counted(waiting, 'record')} ${waiting === 1 ? 'is' : 'are'} waiting safely on this disk`
}

type Row = readonly [label: string, text: string]

function joinedRows({ machine, server }: Found, style: Style, surroundings: Surroundings): Row[] {
  const rows: (Row | undefined)[] = [
    server.kind === 'reached' ? ['Server', serverText(server)] : undefined,
    ['Last sync', lastSync(machine, surroundings)],
    server.kind === 'failed' ? ['Problem', server.problem.message] : undefined,
    ['Waiting', machine.waiting === 0 ? 'nothing' : counted(machine.waiting, 'record')],
    machine.refused_events === 0
      ? undefined
      : ['Refused', `${counted(machine.refused_events, 'event')} by the server; why: forge sync --status`],
    nextTry(machine, surroundings),
    ['Automatic', automaticText(machine, style, surroundings)],
    ['Source', sourceText(machine, surroundings)],
    ['History', historyText(machine, surroundings)],
  ]
  return rows.filter((row) => row !== undefined)
}

function localRows({ machine }: Found, surroundings: Surroundings): Row[] {
  const { first_day, total_tokens, transcripts } = machine
  const known =
    first_day === null
      ? ', not read yet'
      : ` since ${dayText(first_day, surroundings)}, ${compactCount(total_tokens)} tokens`
  return [
    ['Local history', `${counted(transcripts, 'transcript')}${known}: forge tokens`],
    ['Automatic', automaticText(machine, styleFor(surroundings.stdout, surroundings), surroundings)],
    ['Join a server', 'forge login http://your-server:8420'],
    ['Start one', 'forge serve'],
  ]
}

function serverText({ version, ms, key }: ServerStatus & { kind: 'reached' }): string {
  const who = key === undefined ? 'its own key' : `key “${key.label || key.id}” (${key.scopes.join(', ')})`
  return `claudeforge ${version}, ${ms} ms, signed in with ${who}`
}

function lastSync({ synced, synced_by }: MachineStatus, { now }: Surroundings): string {
  if (synced === undefined) return 'never'
  const by = synced_by === undefined ? '' : `, by ${callerText(synced_by)}`
  return `${ago(Math.max(0, now() - synced.at))}${by}, ${counted(synced.stored, 'new record')}`
}

function callerText(by: string): string {
  if (by === 'timer') return 'the timer'
  return by === 'hand' ? 'hand' : by === 'statusline' ? 'the status line' : `the ${by} hook`
}

function nextTry({ automatic, pause }: MachineStatus, { now, zone }: Surroundings): Row | undefined {
  if (pause !== undefined) {
    return ['Paused', pause.until === null ? 'until forge resume' : `until ${localTime(pause.until, zone)}`]
  }
  if (automatic.refused !== undefined) return ['Stopped', 'nothing is sent until this machine has another key']
  const { failure } = automatic
  if (failure === undefined) return undefined
  const left = restOf(failure.wait_ms, failure.at, now())
  const when = left === 0 ? 'with the next call' : `in ${duration(left)}`
  return ['Next try', `${when} (attempt ${failure.tries + 1}, at most half an hour apart)`]
}

function automaticText({ installed, timer }: MachineStatus, style: Style, { now, zone }: Surroundings): string {
  const hooks = installed.settings?.hooks ? 'hooks of Claude Code on' : ''
  const next = timer?.next === undefined ? '' : ` (next ${nextText(timer.next, now(), zone)})`
  const clock = timer === undefined ? '' : `${timer.title} ${timer.on ? `on${next}` : `${style.signs.warn} off`}`
  const parts = [hooks, clock].filter((part) => part !== '')
  return parts.length === 0 ? 'off; turn it on: forge install' : parts.join(', ')
}

/** As systemd tells it, in words of our own where they can be read. */
function nextText(next: string, now: number, zone: string): string {
  const at = Date.parse(next.replace(/^[A-Z][a-z]{2} /, ''))
  return Number.isNaN(at) ? next : localDay(at, zone) === localDay(now, zone) ? localTime(at, zone) : next
}

function sourceText(machine: MachineStatus, { home }: Surroundings): string {
  const { folders, transcripts, collected, claude_version } = machine
  const places = folders.map((folder) => (folder.startsWith(`${home}/`) ? `~${folder.slice(home.length)}` : folder))
  const of = places.length === 0 ? 'no folder of Claude Code' : places.join(', ')
  const version = claude_version === undefined ? '' : `; Claude Code ${claude_version}`
  return `${of}, ${counted(transcripts, 'transcript')}, ${readText(transcripts, collected)}${version}`
}

function readText(transcripts: number, collected: MachineStatus['collected']): string {
  if (collected === undefined) return 'never read yet'
  return collected.files < transcripts ? `${collected.files} of them read` : 'all read'
}

function historyText({ first_day, cleanup_period_days }: MachineStatus, place: Surroundings): string {
  const since = first_day === null ? 'nothing yet' : `${dayText(first_day, place)} – today`
  return `${since}; Claude Code deletes its own after ${cleanup_period_days} days`
}

function dayText(day: string, { now, zone }: Surroundings): string {
  return shortDay(day, localDay(now(), zone))
}

function hintsOf({ machine, server }: Found): string[] {
  if (server.kind === 'failed') {
    return exitCodeFor(server.problem.code) === 4
      ? ['Sign in again: forge login URL', 'Step by step: forge doctor']
      : ['Step by step: forge doctor', 'Try now: forge sync']
  }
  return [
    'Details: forge doctor',
    'Log: forge log -f',
    machine.pause === undefined ? 'Pause: forge pause' : 'Go on: forge resume',
  ]
}

/** `● 997K $2.00 5h 78%`, for prompts. */
function shortLine(found: Found, style: Style, surroundings: Surroundings): string {
  const facts = readFacts(surroundings)
  const words = facts === undefined ? undefined : wordsOf(facts, surroundings.now())
  const today = facts === undefined || facts.total_tokens === 0 ? [] : [words?.['tokens'] ?? '', words?.['cost'] ?? '']
  const five = words === undefined || words['5h'] === '-' ? '' : `5h ${words['5h']}`
  const parts = [sign(stateOf(found), style), ...today, five]
  return parts.filter((part) => part !== '').join(' ')
}

function documentOf({ config, machine, server }: Found, code: ExitCode) {
  const { synced, collected, automatic, pause, installed, timer, last_call, ...rest } = machine
  return {
    schema_version: 1,
    exit_code: code,
    hostname: config.hostname,
    server_url: config.server_url ?? null,
    server: server.kind === 'reached' ? { version: server.version, ms: server.ms, key: server.key ?? null } : null,
    problem: server.kind === 'failed' ? { code: server.problem.code, message: server.problem.message } : null,
    ...rest,
    last_sync: synced ?? null,
    last_collect: collected ?? null,
    hooks: installed.settings?.hooks ?? false,
    statusline: installed.settings?.statusline ?? false,
    timer: timer ?? null,
    last_call: last_call ?? null,
    paused: pause ?? null,
    failure: automatic.failure ?? null,
    refused: automatic.refused ?? null,
  }
}

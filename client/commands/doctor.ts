import { counted } from '../../core/format.ts'
import { type Ledger, openMachineLedger } from '../../store/open.ts'
import { lastRuns } from '../automatic/log.ts'
import { type Config, ledgerPath, readConfig } from '../config.ts'
import { automaticChecks } from '../doctor/automatic.ts'
import type { Check, Patient } from '../doctor/check.ts'
import { claudeCodeChecks } from '../doctor/claude-code.ts'
import { type Network, systemNetwork } from '../doctor/network.ts'
import { programChecks } from '../doctor/program.ts'
import { redacted } from '../doctor/redact.ts'
import { serverChecks } from '../doctor/server.ts'
import { waitingChecks } from '../doctor/waiting.ts'
import { machineStatus } from '../status/machine-status.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { confirm } from '../terminal/ask.ts'
import { printDone } from '../terminal/messages.ts'
import { type Ink, paint, type Style, styleFor, type StyleFlags } from '../terminal/style.ts'
import { flow, padEnd, printable } from '../terminal/text.ts'

export interface DoctorOptions extends StyleFlags {
  readonly json?: boolean
  readonly fix?: boolean
  readonly yes?: boolean
  /** To be pasted into an issue. */
  readonly report?: boolean
}

/** What the program knows of itself. */
export interface Self {
  readonly version: string
  readonly network?: Network
}

const LABEL = 14

/** `forge doctor`: looks at everything that can keep a sync from working, and says what to do. Ends with 1 if something fails. */
export async function doctorCommand(options: DoctorOptions, self: Self, surroundings: Surroundings): Promise<ExitCode> {
  const config = readConfig(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings)).catch(() => undefined)
  try {
    let checks = await examine(config, ledger, self, surroundings)
    if (options.fix) {
      const isFixed = await fix(checks, options, surroundings)
      if (isFixed) checks = await examine(config, ledger, self, surroundings)
    }
    show(checks, options, { config, version: self.version }, surroundings)
    return checks.some(({ status }) => status === 'fail') ? 1 : 0
  } finally {
    await ledger?.close()
  }
}

async function examine(
  config: Config,
  ledger: Ledger | undefined,
  { version, network = systemNetwork }: Self,
  surroundings: Surroundings,
): Promise<Check[]> {
  const machine = ledger === undefined ? undefined : await machineStatus(ledger, config, surroundings)
  const patient: Patient = { config, ledger, machine, surroundings, version }
  return [
    ...(await claudeCodeChecks(patient)),
    ...(await programChecks(patient)),
    ...(await serverChecks(patient, network)),
    ...(await waitingChecks(patient)),
    ...automaticChecks(patient),
  ]
}

/** Says what it would do, asks, does it. Returns whether anything was done. */
async function fix(checks: readonly Check[], options: DoctorOptions, surroundings: Surroundings): Promise<boolean> {
  const fixes = checks.flatMap((check) => (check.fix === undefined ? [] : [check.fix]))
  if (fixes.length === 0) {
    surroundings.stderr.write('There is nothing that --fix could put right.\n')
    return false
  }
  for (const { about } of fixes) surroundings.stderr.write(`  ${about}\n`)
  const otherwise = 'To agree beforehand: forge doctor --fix --yes'
  if (!options.yes && !(await confirm('Do this?', surroundings, { otherwise }))) return false
  for (const { about, run } of fixes) {
    await run()
    printDone(about, surroundings, options)
  }
  return true
}

interface About {
  readonly config: Config
  readonly version: string
}

function show(checks: readonly Check[], options: DoctorOptions, about: About, surroundings: Surroundings): void {
  const { stdout } = surroundings
  if (options.json) {
    const rows = checks.map(({ id, status, detail, next, fix: repair }) => ({
      id,
      status,
      detail,
      next: next ?? null,
      fix: repair?.about ?? null,
    }))
    stdout.write(`${JSON.stringify({ schema_version: 1, version: about.version, checks: rows })}\n`)
    return
  }
  const style = options.report
    ? { ...styleFor(stdout, surroundings, { color: 'never' }), width: 100 }
    : styleFor(stdout, surroundings, options)
  const lines = [
    ...header(about.version, surroundings, style),
    '',
    ...checks.flatMap((check) => checkLines(check, style)),
    '',
    ...flow(summary(checks), style.width),
  ]
  if (!options.report) return stdout.write(lines.map((line) => `${line}\n`).join(''))
  const problems = lastRuns(50, surroundings).flatMap(({ at, problem }) =>
    problem ? [`${at} ${problem.code}: ${problem.message}`] : [],
  )
  const log = problems.length === 0 ? [] : ['', 'Last failed runs:', ...problems.slice(-5)]
  const text = [...lines.slice(0, -1), ...log].join('\n')
  stdout.write(`\`\`\`text\n${redacted(text, about.config, surroundings)}\n\`\`\`\n`)
}

function header(version: string, { platform }: Surroundings, style: Style): string[] {
  const pieces = ['forge doctor', `claudeforge ${version}`, `Node ${process.versions.node}`, platform]
  return flow(pieces, style.width, ` ${style.signs.separator} `)
}

const INKS: Readonly<Record<Check['status'], Ink>> = { pass: 'ok', warn: 'warn', fail: 'bad', skip: 'dim' }

function checkLines({ label, status, detail, next }: Check, style: Style): string[] {
  const { signs } = style
  const glyph = { pass: signs.ok, warn: signs.warn, fail: signs.bad, skip: signs.to }[status]
  const indent = ' '.repeat(padEnd(glyph, style.ascii ? 4 : 1).length + 1 + LABEL + 1)
  const room = Math.max(20, style.width - indent.length)
  const said = flow([printable(detail, style)], room)
  const todo = next === undefined || status === 'pass' ? [] : flow([printable(next, style)], room)
  const sign = paint(padEnd(glyph, style.ascii ? 4 : 1), INKS[status], style)
  const [first = '', ...rest] = said
  return [`${sign} ${padEnd(label, LABEL)} ${first}`, ...[...rest, ...todo].map((line) => indent + line)]
}

function summary(checks: readonly Check[]): string[] {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length
  const [failed, noted] = [count('fail'), count('warn')]
  const found = failed + noted === 0 ? 'All is well.' : `${counted(failed, 'problem')}, ${counted(noted, 'note')}.`
  const canFix = checks.some((check) => check.fix !== undefined)
  return [`${found}${canFix ? ' Put right what can be: forge doctor --fix.' : ''} To share it: forge doctor --report`]
}

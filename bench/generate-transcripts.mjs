#!/usr/bin/env node
/**
 * Deterministic generator of realistic Claude Code transcripts, with ground truth.
 *
 *   node generate-transcripts.mjs --out DIR [--size 20MB] [--seed 1] [--days 60] [--projects 24]
 *                [--end 2026-10-31] [--hostile] [--quiet]
 *
 * Writes
 *   DIR/.claude/projects/<slug>/<session>.jsonl                     main transcripts
 *   DIR/.claude/projects/<slug>/<session>/subagents/agent-<id>.jsonl  subagent transcripts
 *   DIR/.claude/stats-cache.json                                    the figures Claude Code itself caches
 *   DIR/truth.json                                                  exact totals (see below)
 *
 * The same options give the same bytes on every machine (own PRNG, no clock, no Math.random).
 *
 * What is in the lines (format of Claude Code 2.x):
 *   - user, assistant, tool_result, summary, system, progress, file-history-snapshot, queue-operation lines;
 *   - one assistant message is written as one line per content block, all with the same message.id and
 *     requestId; usage.output_tokens grows to its final value on the last line (70 %) or is equal on all (30 %);
 *   - subagents (isSidechain, agentId) in their own files; the parent has the Task tool's result, whose
 *     toolUseResult holds a real, unescaped "usage":{...} that must NOT be counted (the subagent file has it);
 *     progress lines hold a nested copy of a subagent's assistant message (also not to be counted);
 *   - sessions resumed into a second file that starts with copied history (same ids, other sessionId);
 *   - cache_creation split into 5m/1h;
 *   - escaped decoys in tool results (\"usage\":{\"input_tokens\":5}), unescaped decoys in tool_use inputs
 *     ("input":{"usage":{...}}), ANSI escapes, CJK, emoji, RTL, U+2028, long base64 images;
 *   - <synthetic> API-error lines with zero usage.
 * --hostile adds: blank lines, CRLF, a truncated last line, NUL padding, empty files, invalid JSON, spaced JSON,
 *     other key orders, missing requestId or message.id, nulls in tool inputs, escaped field names, messages
 *     that cross midnight, one 12 MB line, lone surrogates, non-JSONL files, symlink-free nested directories.
 *
 * Ground truth, by the rules of DESIGN.md section 4: one event per message.id (else per requestId, else per line);
 * the counts of the line with the largest output, then the largest total; the UTC day of the earliest line; its model.
 * Cache writes without a split, or beyond it, are 5-minute writes. Lines whose counts are all 0 are not in the truth.
 */
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

// ---------------------------------------------------------------- options
const { values: opt } = parseArgs({
  options: {
    out: { type: 'string' },
    size: { type: 'string', default: '20MB' },
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '60' },
    projects: { type: 'string', default: '24' },
    end: { type: 'string', default: '2026-10-31' },
    hostile: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
})
if (!opt.out) {
  console.error(
    'usage: node generate-transcripts.mjs --out DIR [--size 20MB] [--seed 1] [--days 60] [--projects 24] [--hostile]',
  )
  process.exit(2)
}
const UNIT = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 }
const m = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)?$/i.exec(opt.size)
if (!m) throw new Error(`bad --size ${opt.size}`)
const TARGET = Number(m[1]) * UNIT[(m[2] ?? 'B').toUpperCase()]
const DAYS = Number(opt.days)
const END = Date.parse(`${opt.end}T00:00:00Z`)
const START = END - (DAYS - 1) * 86_400_000

// ---------------------------------------------------------------- deterministic random numbers (sfc32)
function sfc32(a, b, c, d) {
  return () => {
    a |= 0
    b |= 0
    c |= 0
    d |= 0
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
}
const seed = Number(opt.seed) >>> 0
const rnd = sfc32(0x9e3779b9, 0x243f6a88, 0xb7e15162, seed ^ 0xdeadbeef)
for (let i = 0; i < 20; i++) rnd()
const int = (lo, hi) => lo + Math.floor(rnd() * (hi - lo + 1))
const pick = (a) => a[Math.floor(rnd() * a.length)]
const chance = (p) => rnd() < p
/** Log-normal with the given median. */
const logn = (median, sigma) => {
  const u = Math.max(rnd(), 1e-12)
  const v = rnd()
  return median * Math.exp(sigma * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v))
}
/** Weighted choice from [[weight, value], ...]. */
const weighted = (pairs) => {
  let s = 0
  for (const [w] of pairs) s += w
  let r = rnd() * s
  for (const [w, v] of pairs) if ((r -= w) < 0) return v
  return pairs[pairs.length - 1][1]
}
const HEX = '0123456789abcdef'
const B58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const chars = (alphabet, n) => {
  let s = ''
  for (let i = 0; i < n; i++) s += alphabet[Math.floor(rnd() * alphabet.length)]
  return s
}
const uuid = () => `${chars(HEX, 8)}-${chars(HEX, 4)}-4${chars(HEX, 3)}-a${chars(HEX, 3)}-${chars(HEX, 12)}`
const iso = (t) => new Date(t).toISOString()

// ---------------------------------------------------------------- text pools (already JSON-escaped, no quotes)
const esc = (s) => JSON.stringify(s).slice(1, -1)
const WORDS = (
  'the of and to in is that for it with as was on are by this be at from or an have not which but all ' +
  'can file function return value error test module import export const async await class interface request ' +
  'response server client token usage cache model session project build deploy config schema index query table ' +
  'column migration commit branch merge review refactor handler stream buffer parse'
).split(' ')
const sentence = () => {
  let s = ''
  for (let i = 0, n = int(6, 18); i < n; i++) s += (i ? ' ' : '') + pick(WORDS)
  return `${s[0].toUpperCase()}${s.slice(1)}.`
}
const RAW = [
  () => `${sentence()}\n`,
  () => `${sentence()} ${sentence()}\n\n`,
  () =>
    `    ${int(1, 900)}→  const ${pick(WORDS)} = await ${pick(WORDS)}("${pick(WORDS)}", { ${pick(WORDS)}: ${int(0, 999)} });\n`,
  () =>
    `  if (${pick(WORDS)}.${pick(WORDS)} !== '${pick(WORDS)}') {\n    throw new Error(\`bad ${pick(WORDS)}: \${${pick(WORDS)}}\`);\n  }\n`,
  () => `/home/dev/src/${pick(WORDS)}/${pick(WORDS)}.ts:${int(1, 999)}:${int(1, 90)} - ${sentence()}\n`,
  () => `\u001b[32m✓\u001b[39m ${pick(WORDS)} > ${sentence()} \u001b[90m${int(1, 99)} ms\u001b[39m\n`,
  () => `${chars(HEX, 40)}  ${pick(WORDS)}\t${int(1, 99999)}\r\n`,
  () => `日本語のテスト：${pick(['関数', '設定', '例外'])}を確認しました。${pick(WORDS)}\n`,
  () => `Проверка ${pick(WORDS)}: ${pick(['готово', 'ошибка', 'файл не найден'])} — «${pick(WORDS)}»\n`,
  () => `🚀 ${sentence()} 👩‍💻 ${pick(['שלום עולם', 'مرحبا', 'naïve façade', 'Größe'])} \u2028\n`,
  () =>
    `{"${pick(WORDS)}": ${int(0, 1e6)}, "${pick(WORDS)}": ["${pick(WORDS)}", null, true], "path": "C:\\\\Users\\\\dev"}\n`,
]
const DECOY = [
  () =>
    `{"type":"assistant","message":{"id":"msg_decoy","model":"claude-decoy","usage":{"input_tokens":5,"output_tokens":99999}},"requestId":"req_decoy"}\n`,
  () => `"usage":{"input_tokens":${int(1, 9)}}`,
  () => `data: {"type":"message_delta","usage":{"output_tokens":${int(1, 999)}}}\n\n`,
  () => `grep -c '"type":"assistant"' *.jsonl\\n`,
]
const small = []
for (let i = 0; i < 3000; i++) small.push(esc(pick(RAW)()))
const decoys = []
for (let i = 0; i < 64; i++) decoys.push(esc(pick(DECOY)()))
const blocks = [] // ~4 KB each
for (let i = 0; i < 400; i++) {
  let s = ''
  while (s.length < 4000) s += chance(0.004) ? pick(decoys) : pick(small)
  blocks.push(s)
}
const base64 = chars('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 300_000)
/** Escaped text of about n characters. */
function text(n) {
  let s = ''
  while (n - s.length > 5000) s += pick(blocks)
  while (s.length < n) s += chance(0.003) ? pick(decoys) : pick(small)
  return s
}
/** Length of a tool result: many short, a heavy tail. */
const toolResultLength = () =>
  Math.min(
    260_000,
    weighted([
      [44, () => int(20, 300)],
      [38, () => logn(1800, 0.9)],
      [15, () => logn(9000, 0.7)],
      [3, () => logn(60_000, 0.6)],
    ])(),
  )

// ---------------------------------------------------------------- models and projects
const MAIN_MODELS = [
  [45, 'claude-opus-4-5-20251101'],
  [40, 'claude-sonnet-4-5-20250929'],
  [8, 'claude-opus-4-1-20250805'],
  [7, 'claude-sonnet-4-20250514'],
]
const SUB_MODELS = [
  [60, 'claude-haiku-4-5-20251001'],
  [40, 'claude-sonnet-4-5-20250929'],
]
const projects = []
for (let i = 0; i < Number(opt.projects); i++) {
  const cwd = `/home/dev/src/${pick(WORDS)}-${pick(WORDS)}-${i}`
  projects.push({ cwd, slug: cwd.replace(/[^a-zA-Z0-9]/g, '-'), weight: Math.round(logn(10, 1)) + 1 })
}
const projectChoice = projects.map((p) => [p.weight, p])
const TOOLS = ['Bash', 'Read', 'Edit', 'Write', 'Grep', 'Glob', 'WebFetch', 'TodoWrite', 'mcp__db__query']

// ---------------------------------------------------------------- ground truth
const best = new Map() // key -> event
let anonymous = 0
function record(e) {
  const sum = e.input + e.output + e.cacheRead + e.cacheCreation
  if (sum === 0) return
  const key = e.id ?? e.req ?? `line:${anonymous++}`
  const old = best.get(key)
  if (!old) return void best.set(key, { ...e, sum })
  const winner = e.output > old.output || (e.output === old.output && sum > old.sum) ? { ...e, sum } : old
  best.set(key, { ...winner, ts: Math.min(old.ts, e.ts) })
}

// ---------------------------------------------------------------- output files
const root = path.resolve(opt.out)
const projectsDir = path.join(root, '.claude', 'projects')
fs.rmSync(path.join(root, '.claude'), { recursive: true, force: true })
fs.mkdirSync(projectsDir, { recursive: true })
const stat = { files: 0, bytes: 0, lines: 0, usageLines: 0, sessions: 0, subagents: 0, resumed: 0, lengths: [] }

class Out {
  constructor(file) {
    this.file = file
    this.parts = []
    this.size = 0
    fs.mkdirSync(path.dirname(file), { recursive: true })
    this.fd = fs.openSync(file, 'w')
    stat.files++
  }
  raw(s) {
    this.parts.push(s)
    this.size += s.length
    if (this.size > 4e6) this.flush()
  }
  line(s) {
    stat.lines++
    if (stat.lengths.length < 2e6) stat.lengths.push(s.length)
    this.raw(`${s}\n`)
  }
  flush() {
    if (!this.parts.length) return
    const b = Buffer.from(this.parts.join(''))
    fs.writeSync(this.fd, b)
    stat.bytes += b.length
    this.parts.length = 0
    this.size = 0
  }
  close(mtime) {
    this.flush()
    fs.closeSync(this.fd)
    if (mtime) fs.utimesSync(this.file, mtime / 1000, mtime / 1000)
  }
}

// ---------------------------------------------------------------- one transcript
/** The part of a line before its payload: what Claude Code writes on every conversation line. */
function head(s, parent) {
  return (
    `{"parentUuid":${parent ? `"${parent}"` : 'null'},"isSidechain":${s.side},"userType":"external","cwd":"${s.cwd}",` +
    `"sessionId":"${s.sid}","version":"${s.version}","gitBranch":"${s.branch}",${s.agentId ? `"agentId":"${s.agentId}",` : ''}` +
    `${s.slug ? `"slug":"${s.slug}",` : ''}`
  )
}
function usageJson(u) {
  const split = u.noSplit
    ? ''
    : `"cache_creation":{"ephemeral_5m_input_tokens":${u.c5m},"ephemeral_1h_input_tokens":${u.c1h}},`
  return (
    `{"input_tokens":${u.input},"cache_creation_input_tokens":${u.c5m + u.c1h},"cache_read_input_tokens":${u.cacheRead},${split}` +
    `"output_tokens":${u.output},${u.web ? `"server_tool_use":{"web_search_requests":${u.web},"web_fetch_requests":0},` : ''}` +
    `"service_tier":"standard"${u.geo ? ',"inference_geo":"not_available"' : ''}}`
  )
}
/** Writes a line and keeps it for a later resume. */
function emit(s, line, usage) {
  s.out.line(line)
  if (s.history && s.history.length < 1500) s.history.push([line, usage])
  if (usage) {
    stat.usageLines++
    record(usage)
  }
}
const tick = (s, ms) => {
  s.now += ms
  return iso(s.now)
}

function userPrompt(s) {
  const id = uuid()
  const body = text(Math.min(8000, logn(160, 1.1)))
  emit(
    s,
    `${head(s, s.parent)}"type":"user","message":{"role":"user","content":"${body}"},"uuid":"${id}","timestamp":"${tick(s, int(2000, 240_000))}"${chance(0.5) ? ',"permissionMode":"default"' : ''}}`,
  )
  s.parent = id
}

function contentBlock(kind, toolId, tool) {
  switch (kind) {
    case 'thinking':
      return `{"type":"thinking","thinking":"${text(Math.min(12_000, logn(700, 0.9)))}","signature":"${base64.slice(0, int(300, 1600))}"}`
    case 'text':
      return `{"type":"text","text":"${text(Math.min(20_000, logn(260, 1.0)))}"}`
    default: {
      let input
      if (tool === 'Write')
        input = `{"file_path":"/home/dev/src/${pick(WORDS)}.ts","content":"${text(logn(3500, 0.9))}"}`
      else if (tool === 'Edit')
        input = `{"file_path":"/home/dev/src/${pick(WORDS)}.ts","old_string":"${text(logn(250, 0.8))}","new_string":"${text(logn(350, 0.8))}"}`
      else if (tool === 'Task')
        input = `{"description":"${esc(sentence())}","prompt":"${text(logn(900, 0.6))}","subagent_type":"general-purpose"}`
      else if (tool === 'mcp__db__query' && chance(0.3))
        input = `{"type":"assistant","usage":{"input_tokens":7,"output_tokens":77777,"cache_read_input_tokens":3},"requestId":"req_in_tool_input","timestamp":"2001-01-01T00:00:00.000Z"}`
      else input = `{"command":"${text(logn(90, 0.8))}","description":"${esc(sentence())}"}`
      return `{"type":"tool_use","id":"${toolId}","name":"${tool}","input":${input}}`
    }
  }
}

/** One assistant message: one line per content block. Returns its tool uses. */
function assistant(s) {
  const dayLeft = 86_400_000 - (s.now % 86_400_000)
  if (dayLeft < 120_000 && !opt.hostile) s.now += dayLeft + 1000 // no message across midnight
  const id = `msg_01${chars(B58, 22)}`
  const req = `req_011C${chars(B58, 20)}`
  const kinds = []
  if (chance(0.35)) kinds.push('thinking')
  if (chance(0.55)) kinds.push('text')
  const nTools = s.side
    ? int(0, 1)
    : weighted([
        [25, 0],
        [55, 1],
        [14, 2],
        [6, 4],
      ])
  for (let i = 0; i < nTools; i++) kinds.push('tool_use')
  if (!kinds.length) kinds.push('text')
  const grown = int(200, 6000)
  const oneHour = s.side ? false : s.oneHour
  const u = {
    input: int(1, 12),
    output: Math.max(2, Math.round(logn(320, 1.0))),
    cacheRead: s.context,
    c5m: oneHour ? 0 : grown,
    c1h: oneHour ? grown : 0,
    web: chance(0.02) ? int(1, 3) : 0,
    geo: s.geo,
    noSplit: s.noSplit,
  }
  if (oneHour && chance(0.05)) {
    u.c5m = Math.floor(grown / 3)
    u.c1h = grown - u.c5m
  }
  s.context = Math.min(190_000, s.context + grown)
  if (s.context >= 190_000) s.context = int(12_000, 30_000) // compaction
  const allEqual = chance(0.3)
  const tools = []
  tick(s, int(1500, 15_000))
  kinds.forEach((kind, i) => {
    const last = i === kinds.length - 1
    const tool = kind === 'tool_use' ? (s.canDelegate && chance(0.06) ? 'Task' : pick(TOOLS)) : null
    const toolId = tool ? `toolu_01${chars(B58, 22)}` : null
    if (tool) tools.push({ tool, toolId })
    const uu = last || allEqual ? u : { ...u, output: Math.min(u.output, int(1, 8) + i) }
    const uid = uuid()
    const ts = tick(s, int(80, 2500))
    const req2 = s.noRequestId ? '' : `"requestId":"${req}",`
    const line =
      `${head(s, s.parent)}"message":{"model":"${s.model}","id":"${id}","type":"message","role":"assistant","content":[${contentBlock(kind, toolId, tool)}],` +
      `"stop_reason":${last ? (tools.length ? '"tool_use"' : '"end_turn"') : 'null'},"stop_sequence":null,"usage":${usageJson(uu)}},${req2}"type":"assistant","uuid":"${uid}","timestamp":"${ts}"}`
    emit(s, line, {
      id,
      req: s.noRequestId ? null : req,
      ts: s.now,
      model: s.model,
      project: s.cwd,
      session: s.root,
      input: uu.input,
      output: uu.output,
      cacheRead: uu.cacheRead,
      cacheCreation: uu.c5m + uu.c1h,
      c5m: uu.noSplit ? 0 : uu.c5m,
      c1h: uu.noSplit ? 0 : uu.c1h,
    })
    s.parent = uid
    if (s.side && chance(0.25)) s.lastMessage = { id, req, u: uu, model: s.model, ts }
  })
  return tools
}

function toolResult(s, t) {
  const uid = uuid()
  let content
  let result
  if (t.tool === 'Task') {
    const sub = subagent(s)
    content = `[{"type":"text","text":"${text(logn(1500, 0.6))}"}]`
    // A real usage object outside message.usage: the subagent's own file already has these tokens.
    result = `{"status":"completed","prompt":"${text(300)}","agentId":"${sub.agentId}","content":${content},"totalDurationMs":${int(5000, 200_000)},"totalTokens":${int(9000, 90_000)},"totalToolUseCount":${int(1, 20)},"usage":{"input_tokens":${int(1, 9)},"cache_creation_input_tokens":${int(100, 9000)},"cache_read_input_tokens":${int(9000, 90_000)},"cache_creation":{"ephemeral_5m_input_tokens":11,"ephemeral_1h_input_tokens":22},"output_tokens":${int(100, 4000)},"service_tier":"standard"}}`
  } else if (t.tool === 'Read' && chance(0.03)) {
    const b = base64.slice(0, int(40_000, 250_000))
    content = `[{"type":"image","source":{"type":"base64","data":"${b}","media_type":"image/png"}}]`
    result = '{"type":"image","file":{"type":"image/png","originalSize":123456}}'
  } else {
    const body = text(toolResultLength())
    content = `"${body}"`
    result =
      t.tool === 'Bash'
        ? `{"stdout":"${body}","stderr":"","interrupted":false,"isImage":false}`
        : t.tool === 'Read'
          ? `{"type":"text","file":{"filePath":"/home/dev/src/${pick(WORDS)}.ts","content":"${body}","numLines":${int(10, 2000)},"startLine":1,"totalLines":2000}}`
          : `{"mode":"content","numFiles":${int(0, 9)},"filenames":[],"content":"${text(200)}"}`
  }
  emit(
    s,
    `${head(s, s.parent)}"type":"user","message":{"role":"user","content":[{"tool_use_id":"${t.toolId}","type":"tool_result","content":${content}${chance(0.1) ? ',"is_error":true' : ''}}]},"uuid":"${uid}","timestamp":"${tick(s, int(30, 20_000))}","toolUseResult":${result},"sourceToolAssistantUUID":"${s.parent}"}`,
  )
  s.parent = uid
}

function noise(s) {
  const uid = uuid()
  const kind = weighted([
    [40, 'system'],
    [30, 'snapshot'],
    [15, 'queue'],
    [15, 'progress'],
  ])
  if (kind === 'system') {
    emit(
      s,
      `${head(s, s.parent)}"type":"system","subtype":"${pick(['turn_duration', 'local_command', 'compact_boundary'])}","content":"${text(120)}","isMeta":false,"durationMs":${int(1, 1e5)},"timestamp":"${tick(s, 5)}","uuid":"${uid}"}`,
    )
  } else if (kind === 'snapshot') {
    emit(
      s,
      `{"type":"file-history-snapshot","messageId":"${uid}","snapshot":{"messageId":"${uid}","trackedFileBackups":{"src/${pick(WORDS)}.ts":{"backupFileName":"${chars(HEX, 16)}@v1","version":1,"backupTime":"${iso(s.now)}"}},"timestamp":"${iso(s.now)}"},"isSnapshotUpdate":false}`,
    )
  } else if (kind === 'queue') {
    emit(
      s,
      `{"type":"queue-operation","operation":"enqueue","timestamp":"${iso(s.now)}","sessionId":"${s.sid}","content":"${text(80)}"}`,
    )
  } else if (s.lastSub) {
    const l = s.lastSub
    // A nested copy of a subagent's message: same ids, and not at the top level.
    emit(
      s,
      `${head(s, s.parent)}"type":"progress","data":{"type":"agent_progress","message":{"type":"assistant","timestamp":"${l.ts}","message":{"model":"${l.model}","id":"${l.id}","type":"message","role":"assistant","content":[{"type":"text","text":"${text(200)}"}],"usage":${usageJson(l.u)}},"requestId":"${l.req}","uuid":"${uuid()}"},"prompt":"${text(60)}","agentId":"${chars(HEX, 7)}"},"toolUseID":"agent_msg","uuid":"${uid}","timestamp":"${tick(s, 5)}"}`,
    )
  }
}

function subagent(parent) {
  const agentId = chars(HEX, 17)
  const out = new Out(path.join(projectsDir, parent.project.slug, parent.sid, 'subagents', `agent-${agentId}.jsonl`))
  const s = {
    ...parent,
    out,
    side: true,
    agentId,
    parent: null,
    history: null,
    model: weighted(SUB_MODELS),
    context: int(9000, 20_000),
    canDelegate: false,
    lastSub: null,
    lastMessage: null,
  }
  stat.subagents++
  turns(s, 1, () => int(2, 12))
  out.close(s.now)
  parent.now = s.now
  parent.lastSub = s.lastMessage
  return { agentId }
}

/** n user prompts, each followed by a run of assistant messages and tool results. */
function turns(s, n, steps) {
  for (let t = 0; t < n; t++) {
    userPrompt(s)
    for (let k = steps(); k > 0; k--) {
      const tools = assistant(s)
      for (const tool of tools) toolResult(s, tool)
      if (chance(s.side ? 0.02 : 0.08)) noise(s)
      if (!tools.length && chance(0.5)) break
    }
    if (chance(0.01)) {
      emit(
        s,
        `${head(s, s.parent)}"type":"assistant","uuid":"${uuid()}","timestamp":"${tick(s, 900)}","message":{"id":"${uuid()}","container":null,"model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"server_tool_use":{"web_search_requests":0,"web_fetch_requests":0},"service_tier":null,"cache_creation":{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":0}},"content":[{"type":"text","text":"API Error: 529 overloaded"}]},"isApiErrorMessage":true}`,
      )
    }
  }
}

function newSession(project, now) {
  const sid = uuid()
  stat.sessions++
  return {
    project,
    cwd: project.cwd,
    sid,
    root: sid,
    side: false,
    agentId: null,
    now,
    version: `2.${int(0, 1)}.${int(0, 80)}`,
    branch: pick(['main', 'feat/sync', 'fix/日本', 'HEAD']),
    slug: chance(0.5) ? `${pick(WORDS)}-${pick(WORDS)}-${pick(WORDS)}` : null,
    model: weighted(MAIN_MODELS),
    context: int(12_000, 25_000),
    oneHour: chance(0.7),
    geo: chance(0.3),
    noSplit: chance(0.05),
    noRequestId: opt.hostile && chance(0.1),
    canDelegate: true,
    parent: null,
    history: chance(0.15) ? [] : null,
    lastSub: null,
    lastMessage: null,
    out: new Out(path.join(projectsDir, project.slug, `${sid}.jsonl`)),
  }
}

/** A new file that repeats the history of a session under another sessionId and then goes on. */
function resume(old) {
  const s = { ...old, sid: uuid(), now: old.now + int(600_000, 40_000_000), history: null }
  s.out = new Out(path.join(projectsDir, s.project.slug, `${s.sid}.jsonl`))
  stat.resumed++
  for (const [line, usage] of old.history) emit(s, line.replaceAll(old.sid, s.sid), usage)
  turns(s, int(1, 6), () => Math.round(logn(6, 0.7)) + 1)
  s.out.close(s.now)
}

// ---------------------------------------------------------------- hostile extras
function hostile() {
  const dir = path.join(projectsDir, '-home-dev-src-hostile')
  const mk = (name) => new Out(path.join(dir, `${name}.jsonl`))
  const t0 = START + 86_400_000
  const ev = (id, req, output, t, model = 'claude-opus-4-5-20251101', extra = {}) => ({
    id,
    req,
    ts: t,
    model,
    project: '/home/dev/src/hostile',
    session: extra.session ?? 'hostile',
    input: 3,
    output,
    cacheRead: 1000,
    cacheCreation: 40,
    c5m: 40,
    c1h: 0,
  })
  const obj = (e) => ({
    parentUuid: null,
    isSidechain: false,
    cwd: '/home/dev/src/hostile',
    sessionId: uuid(),
    version: '2.1.9',
    message: {
      model: e.model,
      id: e.id,
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'x' }],
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 40,
        cache_read_input_tokens: 1000,
        cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 0 },
        output_tokens: e.output,
        service_tier: 'standard',
      },
    },
    requestId: e.req,
    type: 'assistant',
    uuid: uuid(),
    timestamp: iso(e.ts),
  })
  const put = (out, e, line) => {
    stat.usageLines++
    record(e)
    out.line(line)
  }
  let n = 0
  const next = (o = 500 + n) => ev(`msg_h${++n}`, `req_h${n}`, o, t0 + n * 60_000)

  let o = mk('blank-lines-crlf') // blank lines, CRLF
  for (let i = 0; i < 20; i++) {
    const e = next()
    o.raw('\n\n')
    put(o, e, `${JSON.stringify(obj(e))}\r`)
  }
  o.close()
  o = mk('truncated-tail') // the writer was killed in the middle of a line
  for (let i = 0; i < 5; i++) {
    const e = next()
    put(o, e, JSON.stringify(obj(e)))
  }
  o.raw(JSON.stringify(obj(next())).slice(0, 300))
  o.close()
  o = mk('no-final-newline')
  {
    const e = next()
    record(e)
    stat.usageLines++
    o.raw(JSON.stringify(obj(e)))
    o.close()
  }
  o = mk('nul-padding') // power loss: a run of NUL bytes, then whole lines again
  {
    const e = next()
    put(o, e, JSON.stringify(obj(e)))
    o.raw('\0'.repeat(4096))
    o.raw('\n')
    const f = next()
    put(o, f, JSON.stringify(obj(f)))
    o.close()
  }
  o = mk('invalid-json') // garbage between good lines
  {
    for (const g of [
      '{"type":"assistant","message":{"usage":{"input_tokens":1',
      'not json "usage":{"input_tokens":5}',
      '[]',
      '0',
      '{}',
      '"usage":{}',
    ]) {
      o.line(g)
      const e = next()
      put(o, e, JSON.stringify(obj(e)))
    }
    o.close()
  }
  mk('empty').close()
  o = mk('spaced') // legal JSON with spaces
  for (let i = 0; i < 10; i++) {
    const e = next()
    put(o, e, JSON.stringify(obj(e), null, 1).replaceAll('\n', ' '))
  }
  o.close()
  o = mk('key-order') // usage first, type first, ids last
  for (let i = 0; i < 10; i++) {
    const e = next()
    const b = obj(e)
    const { usage, id, model, content, ...rest } = b.message
    put(
      o,
      e,
      JSON.stringify({
        type: 'assistant',
        timestamp: b.timestamp,
        message: { usage, content, ...rest, model, id },
        sessionId: b.sessionId,
        requestId: e.req,
        isSidechain: false,
        uuid: b.uuid,
        parentUuid: null,
        cwd: b.cwd,
        version: b.version,
      }),
    )
  }
  o.close()
  o = mk('escaped-names') // a legal but unusual way to write the same field names
  {
    const e = next()
    put(o, e, JSON.stringify(obj(e)).replace('"usage"', '"us\\u0061ge"').replace('"assistant"', '"assist\\u0061nt"'))
    o.close()
  }
  o = mk('null-in-tool-input') // nulls deep in the content must not drop the line
  for (let i = 0; i < 10; i++) {
    const e = next()
    const b = obj(e)
    b.message.content = [
      {
        type: 'tool_use',
        id: 'toolu_1',
        name: 'mcp',
        input: { id: null, model: null, cwd: null, usage: { input_tokens: 1, output_tokens: 2 } },
      },
    ]
    put(o, e, JSON.stringify(b))
  }
  o.close()
  o = mk('no-ids') // no requestId; no message.id
  for (let i = 0; i < 6; i++) {
    const e = next()
    const b = obj(e)
    if (i % 2) {
      delete b.requestId
      e.req = null
      put(o, e, JSON.stringify(b))
      put(o, e, JSON.stringify(b))
    } else {
      delete b.message.id
      delete b.requestId
      e.id = null
      e.req = null
      put(o, e, JSON.stringify(b))
    }
  }
  o.close()
  o = mk('midnight') // duplicates across midnight: the line with the largest sum has the day
  {
    const mid = START + 3 * 86_400_000
    const a = ev('msg_mid', 'req_mid', 5, mid - 500)
    const b = ev('msg_mid', 'req_mid', 900, mid + 500)
    put(o, a, JSON.stringify(obj(a)))
    put(o, b, JSON.stringify(obj(b)))
    o.close()
  }
  o = mk('shrinking') // the larger line first
  {
    const a = ev('msg_shr', 'req_shr', 900, t0)
    const b = ev('msg_shr', 'req_shr', 5, t0 + 900)
    put(o, a, JSON.stringify(obj(a)))
    put(o, b, JSON.stringify(obj(b)))
    o.close()
  }
  o = mk('huge-line')
  {
    const e = next()
    const b = obj(e)
    b.message.content = [{ type: 'text', text: `${'x"\\'.repeat(10)}${base64.repeat(40)}` }]
    put(o, e, JSON.stringify(b))
    const f = next()
    put(o, f, JSON.stringify(obj(f)))
    o.close()
  }
  o = mk('surrogates')
  {
    const e = next()
    const b = obj(e)
    b.message.content = [{ type: 'text', text: '\ud83d lone \udc00 pair 😀 \u2028\u2029\u0000\u007f' }]
    put(o, e, JSON.stringify(b))
    o.close()
  }
  o = mk('decoy-after-usage') // a second, nested usage after message.usage, and a message-like object in the content
  {
    for (let i = 0; i < 10; i++) {
      const e = next()
      const b = obj(e)
      b.message.context_management = { usage: { input_tokens: 9, output_tokens: 9999 } }
      b.message.content = [
        {
          type: 'tool_use',
          id: 't',
          name: 'n',
          input: {
            message: { id: 'msg_x', model: 'm', usage: { input_tokens: 1e6, output_tokens: 1e6 } },
            timestamp: '1999-01-01T00:00:00Z',
            requestId: 'r',
          },
        },
      ]
      put(o, e, JSON.stringify(b))
    }
    o.close()
  }
  fs.writeFileSync(path.join(dir, 'notes.txt'), '"usage":{"input_tokens":5}\n')
  fs.writeFileSync(path.join(dir, 'backup.jsonl.bak'), '{"type":"assistant"}\n')
}

// ---------------------------------------------------------------- main loop
const t0 = process.hrtime.bigint()
let day = 0
while (stat.bytes < TARGET) {
  const now = START + (day % DAYS) * 86_400_000 + int(6 * 3600, 20 * 3600) * 1000
  day += chance(0.5) ? 1 : 0
  const s = newSession(weighted(projectChoice), now)
  if (chance(0.3)) emit(s, `{"type":"summary","summary":"${esc(sentence())}","leafUuid":"${uuid()}"}`)
  turns(s, Math.max(1, Math.round(logn(4, 0.9))), () => Math.round(logn(9, 0.8)) + 1)
  s.out.close(s.now)
  if (s.history?.length) resume(s)
}
if (opt.hostile) hostile()

// ---------------------------------------------------------------- truth.json and stats-cache.json
const zero = () => ({ events: 0, input: 0, output: 0, cacheRead: 0, cacheCreation: 0, cache5m: 0, cache1h: 0 })
const add = (a, e) => {
  a.events++
  a.input += e.input
  a.output += e.output
  a.cacheRead += e.cacheRead
  a.cacheCreation += e.cacheCreation
  a.cache5m += e.cacheCreation - e.c1h
  a.cache1h += e.c1h
}
const totals = zero()
const byDayModel = {}
const byModel = {}
const byProject = {}
const bySession = {}
for (const e of best.values()) {
  const d = iso(e.ts).slice(0, 10)
  add(totals, e)
  add(((byDayModel[d] ??= {})[e.model] ??= zero()), e)
  add((byModel[e.model] ??= zero()), e)
  add((byProject[e.project] ??= zero()), e)
  bySession[e.session] = (bySession[e.session] ?? 0) + 1
}
const sorted = (o) => Object.fromEntries(Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1)))
for (const d of Object.keys(byDayModel)) byDayModel[d] = sorted(byDayModel[d])
stat.lengths.sort((a, b) => a - b)
const q = (p) => stat.lengths[Math.min(stat.lengths.length - 1, Math.floor(p * stat.lengths.length))]
const { lengths, ...counts } = stat
const truth = {
  generator: { size: opt.size, seed, days: DAYS, projects: projects.length, end: opt.end, hostile: opt.hostile },
  corpus: {
    ...counts,
    lineChars: {
      min: q(0),
      p25: q(0.25),
      median: q(0.5),
      p75: q(0.75),
      p90: q(0.9),
      p99: q(0.99),
      max: q(1),
      mean: Math.round(stat.bytes / stat.lines),
    },
  },
  totals,
  byModel: sorted(byModel),
  byProject: sorted(byProject),
  sessionsWithUsage: Object.keys(bySession).length,
  byDayModel: sorted(byDayModel),
}
fs.writeFileSync(path.join(root, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`)
const modelUsage = Object.fromEntries(
  Object.entries(truth.byModel).map(([k, v]) => [
    k,
    {
      inputTokens: v.input,
      outputTokens: v.output,
      cacheReadInputTokens: v.cacheRead,
      cacheCreationInputTokens: v.cacheCreation,
      webSearchRequests: 0,
      costUSD: 0,
      contextWindow: 0,
    },
  ]),
)
fs.writeFileSync(
  path.join(root, '.claude', 'stats-cache.json'),
  JSON.stringify({
    version: 1,
    lastComputedDate: opt.end,
    dailyActivity: Object.entries(truth.byDayModel).map(([date, ms]) => ({
      date,
      messageCount: Object.values(ms).reduce((a, v) => a + v.events, 0),
      sessionCount: 1,
      toolCallCount: 0,
    })),
    dailyModelTokens: Object.entries(truth.byDayModel).map(([date, ms]) => ({
      date,
      tokensByModel: Object.fromEntries(Object.entries(ms).map(([k, v]) => [k, v.input + v.output])),
    })),
    modelUsage,
    totalSessions: stat.sessions,
    totalMessages: stat.lines,
    longestSession: null,
    firstSessionDate: iso(START),
    hourCounts: {},
  }),
)
if (!opt.quiet)
  console.log(JSON.stringify({ ...truth.corpus, totals, seconds: Number(process.hrtime.bigint() - t0) / 1e9 }, null, 1))

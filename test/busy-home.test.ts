import { appendFileSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { tempFolder, writeFile } from './support/folders.ts'
import { runForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'

const outputs = async (home: string) => {
  const { code, stdout, stderr } = await runForge(['tokens', '--local', '--json', '--since', '2026-11-01'], { home })
  if (code !== 0) throw new Error(stderr)
  return { output: JSON.parse(stdout).totals.output_tokens as number, stderr }
}

describe('a home in which much goes on', () => {
  test('files that grow and folders that go and come back while they are read cost nothing', async () => {
    const home = tempFolder()
    const agents = new Sessions(join(home, '.claude', 'projects'), join(home, 'elsewhere'))
    const isOver = new AbortController()
    const working = agents.work(isOver.signal)
    let before = 0
    for (let run = 0; run < 8; run++) {
      const { output, stderr } = await outputs(home)
      expect(stderr).not.toMatch(/cannot|error/i)
      expect(output).toBeGreaterThanOrEqual(before)
      before = output
    }
    isOver.abort()
    await working
    expect(agents.moves).toBeGreaterThan(8)
    expect((await outputs(home)).output).toBe(agents.written)
    rmSync(join(home, '.claudeforge'), { recursive: true })
    expect((await outputs(home)).output).toBe(agents.written)
  })

  test('100,000 empty files hide no response', async () => {
    const home = tempFolder()
    for (let project = 0; project < 100; project++) {
      const folder = join(home, '.claude', 'projects', `p${project}`)
      // A new name is quicker to have than a new file.
      const first = writeFile(join(folder, 'empty.jsonl'), '')
      for (let file = 1; file < 1000; file++) linkSync(first, join(folder, `empty-${file}.jsonl`))
    }
    writeFile(join(home, '.claude/projects/p50/s.jsonl'), lines(anAssistantRow({ output: 7 })))
    expect(await outputs(home)).toEqual({ output: 7, stderr: '' })
    writeFile(
      join(home, '.claude/projects/p99/new.jsonl'),
      lines(anAssistantRow({ id: 'msg_01ABCDEFGHJKLMNPQRSTUVX', requestId: 'req_011CABCDEFGHJX', output: 5 })),
    )
    expect(await outputs(home)).toEqual({ output: 12, stderr: '' })
  })
})

/** Sessions of four projects, which agents write row by row, and in pieces; now and then a project's folder is moved away. */
class Sessions {
  written = 0
  moves = 0
  readonly #folder: string
  readonly #elsewhere: string
  #rows = 0

  constructor(folder: string, elsewhere: string) {
    this.#folder = folder
    this.#elsewhere = elsewhere
    for (let project = 0; project < 4; project++) mkdirSync(join(folder, `p${project}`), { recursive: true })
    for (let row = 0; row < 4000; row++) appendFileSync(this.#session(row), this.#row())
  }

  async work(signal: AbortSignal): Promise<void> {
    for (let step = 0; !signal.aborted; step++) {
      const row = this.#row()
      const cut = (step * 37) % row.length
      const session = this.#session(step)
      appendFileSync(session, row.slice(0, cut))
      await sleep(1)
      appendFileSync(session, row.slice(cut))
      if (step % 3 === 0) await this.#away(`p${step % 4}`)
    }
  }

  async #away(project: string): Promise<void> {
    renameSync(join(this.#folder, project), this.#elsewhere)
    await sleep(this.moves++ % 20)
    renameSync(this.#elsewhere, join(this.#folder, project))
  }

  #session(number: number): string {
    return join(this.#folder, `p${number % 4}`, `session-${number % 40}.jsonl`)
  }

  #row(): string {
    const number = String(++this.#rows).padStart(22, '0')
    this.written += this.#rows
    return lines(anAssistantRow({ id: `msg_01${number}`, requestId: `req_011C${number}`, output: this.#rows }))
  }
}

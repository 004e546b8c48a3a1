import {
  appendFileSync,
  ftruncateSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventText } from '../test/support/events.ts'
import { tempFolder, writeFile } from '../test/support/folders.ts'
import { eventsOf, readTranscript } from '../test/support/reading.ts'
import { aPromptRow, anAssistantRow, lines } from '../test/support/rows.ts'
import { type FileMark, MAX_LINE } from './tail.ts'

const message = (n: number, output = 100) =>
  anAssistantRow({ id: `msg_01ABCDEFGHJKLMN${n}xxxxxxx`, output, uuid: `uuid-${n}-${output}` })
const outputs = (path: string, mark?: FileMark) => readTranscript(path, mark).sightings.map((s) => s.output_tokens)

describe('reading what is new', () => {
  test.each([true, false])('gives the same events for any chopping of a file into appends (%s)', (every_sighting) => {
    const tool = (id: string) => ({ type: 'tool_use', id, name: 'Bash', input: {} })
    const whole = Buffer.from(
      lines(
        aPromptRow('日本語 \u2028 "usage"'),
        anAssistantRow({ output: 1, content: [{ type: 'text', text: 'é' }] }),
        anAssistantRow({ output: 60, content: [tool('toolu_1')] }),
        message(2, 5),
        anAssistantRow({ output: 90, content: [tool('toolu_2')] }),
        message(3, 7),
      ),
    )
    const path = join(tempFolder(), 'a.jsonl')
    writeFileSync(path, whole)
    const expected = eventsOf(readTranscript(path, undefined, { every_sighting }).sightings).map(eventText)
    expect(expected[1]).toContain('90,2000,100,200,2,0') // both tool calls of one response
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        rmSync(path)
        const found = []
        let mark: FileMark | undefined
        let from = 0
        for (const to of [...cuts.toSorted((a, b) => a - b), whole.length]) {
          appendFileSync(path, whole.subarray(from, to))
          from = to
          const read = readTranscript(path, mark, { every_sighting })
          found.push(...read.sightings)
          mark = read.mark
        }
        expect(eventsOf(found).map(eventText)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  test('takes a last line without newline when it is whole, and reads it again when it has grown', () => {
    const path = join(tempFolder(), 'a.jsonl')
    writeFileSync(path, JSON.stringify(message(1)))
    const first = readTranscript(path)
    expect([first.sightings.length, first.mark?.offset]).toEqual([1, 0])
    appendFileSync(path, `\n${JSON.stringify(message(2)).slice(0, 90)}`)
    const second = readTranscript(path, first.mark)
    expect(second.sightings.length).toBe(1)
    expect(second.mark?.offset).toBe(readFileSync(path).indexOf(10) + 1)
  })

  test('starts again when the file was truncated, replaced, or rewritten in place', () => {
    const folder = tempFolder()
    const path = join(folder, 'a.jsonl')
    writeFileSync(path, lines(message(1, 11), message(2, 22)))
    const { mark } = readTranscript(path)
    appendFileSync(path, lines(message(3, 33)))
    expect(outputs(path, mark)).toEqual([33])

    truncateSync(path, lines(message(1, 11)).length)
    expect(outputs(path, mark)).toEqual([11])

    writeFileSync(join(folder, 'b'), lines(message(4, 44), message(5, 55), message(6, 66)))
    renameSync(join(folder, 'b'), path)
    expect(outputs(path, mark)).toEqual([44, 55, 66])

    const { mark: later } = readTranscript(path)
    const file = openSync(path, 'r+')
    ftruncateSync(file, 0)
    closeSync(file)
    writeFileSync(path, lines(message(7, 77), message(8, 88), message(9, 99), message(4, 44)), { flag: 'r+' })
    expect(outputs(path, later)).toEqual([77, 88, 99, 44])
  })

  describe.each([true, false])('that is long (%s)', (every_sighting) => {
    const aFile = () => {
      const path = join(tempFolder(), 'a.jsonl')
      const read = (mark?: FileMark) => readTranscript(path, mark, { every_sighting })
      return {
        path,
        read,
        found: (mark?: FileMark) =>
          read(mark)
            .sightings.map((s) => s.output_tokens)
            .toSorted((a, b) => a - b),
      }
    }
    const padded = (n: number, size: number) => lines({ ...message(n, n), padding: 'x'.repeat(size) })

    test('passes over a line of more than 64 MB, with bounded memory, and reads the next', () => {
      const { path, read, found } = aFile()
      writeFileSync(path, lines(message(1, 11)))
      const block = Buffer.alloc(4 * 1024 * 1024, 'x')
      for (let size = 0; size <= MAX_LINE; size += block.length) appendFileSync(path, block)
      const { mark } = read()
      appendFileSync(path, `\n${lines(message(2, 22))}`)
      expect(found()).toEqual([11, 22])
      expect(read().tally.oversized_lines).toBe(1)
      expect(found(mark)).toEqual([22])
    })

    test('reads lines of any length, whole or not yet', () => {
      const { path, read, found } = aFile()
      for (const size of [1_047_000, 1_048_000, 1_048_576, 2_097_152, 3_000_000, 20_000_000]) {
        writeFileSync(path, padded(1, 10) + padded(2, size) + padded(3, 700_000) + padded(4, 700_000))
        expect([size, found()]).toEqual([size, [1, 2, 3, 4]])
        truncateSync(path, readFileSync(path).length - 1)
        const { mark } = read()
        expect([size, found()]).toEqual([size, [1, 2, 3, 4]])
        appendFileSync(path, `\n${padded(5, 10)}`)
        expect([size, found(mark)]).toEqual([size, [4, 5]])
        writeFileSync(path, padded(1, 10) + padded(2, size).slice(0, -1))
        expect([size, found()]).toEqual([size, [1, 2]])
      }
    })
  })

  test('is not held up by a pipe that is called like a transcript', () => {
    const path = join(tempFolder(), 'a.jsonl')
    execFileSync('mkfifo', [path])
    expect(readTranscript(path).mark).toBeUndefined()
  })
})

describe('damaged lines', () => {
  const read = (text: string) => readTranscript(writeFile(join(tempFolder(), 'a.jsonl'), text))
  const row = (n: number) => JSON.stringify(message(n, n))

  test('give the whole record that follows a cut one on the same line', () => {
    const { sightings, tally } = read(`${row(1).slice(0, 500)}${row(2)}\n${row(3)}\n`)
    expect(sightings.map((s) => s.output_tokens)).toEqual([2, 3])
    expect([tally.damaged_lines, tally.salvaged_records]).toEqual([1, 1])
  })

  test('give the response behind a torn tool result', () => {
    const result = {
      ...aPromptRow(''),
      message: { role: 'user', content: [{ type: 'tool_result', content: 'x'.repeat(900) }] },
    }
    const torn = JSON.stringify(result).slice(0, 700)
    expect(read(`${torn}${row(2)}\n`).sightings.map((s) => s.output_tokens)).toEqual([2])
  })

  test('give both records that stand without a newline between them', () => {
    expect(read(`${row(1)}${row(2)}\n`).sightings.map((s) => s.output_tokens)).toEqual([1, 2])
  })

  test('give the record behind a run of NUL bytes', () => {
    const { sightings, tally } = read(`${row(1)}\n${'\0'.repeat(5000)}${row(2)}\n${'\0'.repeat(100)}\n`)
    expect(sightings.map((s) => s.output_tokens)).toEqual([1, 2])
    expect(tally.damaged_lines).toBe(1)
  })

  test('never give a piece of a record as a record', () => {
    const nested = { ...message(1), type: 'progress', data: { message: { ...message(2), sessionId: undefined } } }
    const text = JSON.stringify(nested)
    for (let cut = 1; cut < text.length; cut++) expect(read(`${text.slice(0, cut)}\n`).sightings).toEqual([])
  })

  test('lose no whole record however a file is torn', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(700), fc.boolean()), { minLength: 1, maxLength: 8 }), (tears) => {
        let text = ''
        tears.forEach(([cut, torn], i) => {
          text += torn ? row(i + 1).slice(0, cut % row(i + 1).length) : ''
          text += `${row(100 + i)}\n`
        })
        const found = read(text).sightings.map((s) => s.output_tokens)
        expect(found).toEqual(tears.map((_, i) => 100 + i))
      }),
      { numRuns: 200 },
    )
  })

  test('of 200,000 nested lists, or of nothing but quotes, are passed over', () => {
    for (const text of ['[', '{"usage":', '"', '{"type":"assistant"']) {
      const { sightings } = read(`${text.repeat(200_000)}\n${row(1)}\n`)
      expect(sightings).toHaveLength(1)
    }
  })
})

test('a transcript that cannot be opened tells why', () => {
  expect(() => readTranscript(join(tempFolder(), 'gone.jsonl'))).toThrow(/ENOENT/)
})

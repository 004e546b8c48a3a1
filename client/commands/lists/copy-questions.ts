import type { MachineRow } from '../../../core/report-specs.ts'
import { isExpected } from '../../../core/machines.ts'
import { quoted } from '../../automatic/shim.ts'
import type { Style } from '../../terminal/style.ts'
import { printable } from '../../terminal/text.ts'

/**
 * Machines that may be one, and one that may be two: only a person knows. Totals are exact either way.
 */
export function copyQuestions(machines: readonly MachineRow[], style: Style): string[] {
  const { warn } = style.signs
  const typed = (name: string) => quoted(name, 'linux')
  return machines.filter(isExpected).flatMap((row) => {
    const name = printable(row.hostname, style)
    const keep = `forge machines keep ${typed(name)}`
    const questions: string[] = []
    if (row.copied_from !== null) {
      const from = printable(row.copied_from, style)
      const merge = `forge machines merge ${typed(name)} ${typed(from)}`
      questions.push(`${warn} ${name} came with the files of ${from}. Is it the same one? ${merge}`, `If not: ${keep}`)
    }
    if (row.is_cloned) {
      questions.push(
        `${warn} Two computers send as ${name}: one is a clone, or was put back to an earlier state.`,
        `Give a clone an /etc/machine-id of its own, and then: ${keep}`,
      )
    }
    return questions
  })
}

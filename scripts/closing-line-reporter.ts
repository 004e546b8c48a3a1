import type { Reporter, SerializedError, TestCase, TestModule, Vitest } from 'vitest/node'

/**
 * Says why each skipped test was skipped, and closes the run with one line that people and CI read alike:
 * `12 passed, 0 failed` (`, 3 skipped` where there are any). A file that does not load and an error outside every test
 * count as failed, so that a run which did not do its work never closes with "0 failed".
 */
export default class ClosingLineReporter implements Reporter {
  private vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
    const inState = (state: string) => tests.filter((test) => test.result().state === state)

    const skipped = inState('skipped')
    const brokenSuites = suites.filter((suite) => suite.errors().length > 0)
    const failed = inState('failed').length + brokenSuites.length + unhandledErrors.length

    const closing = [`${inState('passed').length} passed`, `${failed} failed`]
    if (skipped.length > 0) closing.push(`${skipped.length} skipped`)
    // With -t every other test is skipped, for a reason that whoever typed it knows.
    const named = this.vitest?.config.testNamePattern === undefined ? skipped.map(skippedLine) : []
    // Other reporters write when the run has ended, too; nothing comes after the end of the process.
    process.once('exit', () => process.stdout.write(`${[...named, closing.join(', ')].join('\n')}\n`))
  }
}

function skippedLine(test: TestCase): string {
  const result = test.result()
  const note = result.state === 'skipped' ? result.note : undefined
  const reason = note ?? (test.options.mode === 'todo' ? 'still to be written' : 'no reason given')
  return `skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${reason}`
}

/** What a suite came to, and the one closing line that continuous integration reads. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** What failed: the file, the test and the first line of what went wrong. */
  readonly failures: readonly string[]
}

/** A suite that counts as one: a check, or a vitest run that left no report. */
export function tallyOfExit(name: string, succeeded: boolean): Tally {
  return succeeded
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : { passed: 0, failed: 1, skipped: 0, failures: [`${name}, as a whole`] }
}

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly success: boolean
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly VitestFile[]
}

export interface VitestFile {
  readonly name: string
  readonly status: string
  /** Why the file did not load. */
  readonly message: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly failureMessages: readonly string[] | null
  }[]
}

/**
 * Counts tests. A run that went wrong without a failed test (a file that does not load, an error
 * outside any test, no test at all) has failed once.
 */
export function tallyOfReport(report: VitestReport, exitedCleanly: boolean): Tally {
  const wentWrong = !report.success || !exitedCleanly || report.numPassedTests === 0
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests === 0 && wentWrong ? 1 : report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  }
}

function failuresOf(file: VitestFile): string[] {
  const tests = file.assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) => `${file.name} > ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`)
  if (tests.length > 0 || file.status !== 'failed') return tests
  return [`${file.name}: ${firstLine(file.message)}`]
}

function firstLine(text: string | undefined): string {
  return text?.split('\n', 1)[0] ?? ''
}

export function sumOf(tallies: readonly Tally[]): Tally {
  return tallies.reduce((sum, tally) => ({
    passed: sum.passed + tally.passed,
    failed: sum.failed + tally.failed,
    skipped: sum.skipped + tally.skipped,
    failures: [...sum.failures, ...tally.failures],
  }))
}

/** `N passed, N failed`: exactly this, as the last line. */
export function closingLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed`
}

/** One suite's line: its name, its counts and its seconds. */
export function suiteLine(name: string, tally: Tally, milliseconds: number): string {
  const skipped = tally.skipped === 0 ? '' : `, ${tally.skipped} skipped`
  return `${name}: ${closingLine(tally)}${skipped} (${(milliseconds / 1000).toFixed(1)} s)`
}

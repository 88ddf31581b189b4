/** What a suite came to, and the one closing line that continuous integration reads. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** A suite that counts as one: a check, or a vitest run that left no report. */
export function tallyOfExit(succeeded: boolean): Tally {
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 }
}

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly success: boolean
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
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
  }
}

export function sumOf(tallies: readonly Tally[]): Tally {
  return tallies.reduce((sum, tally) => ({
    passed: sum.passed + tally.passed,
    failed: sum.failed + tally.failed,
    skipped: sum.skipped + tally.skipped,
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

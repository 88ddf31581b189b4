import { describe, expect, it } from 'vitest'
import { closingLine, suiteLine, sumOf, tallyOfExit, tallyOfReport } from './tally.ts'

const report = {
  success: true,
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
}

describe('tallyOfReport', () => {
  it('counts passed, failed and skipped tests', () => {
    const mixed = { ...report, success: false, numFailedTests: 2, numPendingTests: 1 }
    expect(tallyOfReport(mixed, false)).toMatchObject({ passed: 7, failed: 2, skipped: 1 })
  })

  it('names what failed, with the first line of why', () => {
    const broken = { fullName: 'adds up', status: 'failed', failureMessages: ['3 is not 4\n at …'] }
    const fine = { fullName: 'stands', status: 'passed', failureMessages: [] }
    const testResults = [
      { name: 'a.test.ts', status: 'failed', message: '', assertionResults: [broken, fine] },
      { name: 'b.test.ts', status: 'failed', message: 'no such module\n…', assertionResults: [] },
      { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [fine] },
    ]
    expect(tallyOfReport({ ...report, success: false, testResults }, false).failures).toEqual([
      'a.test.ts > adds up: 3 is not 4',
      'b.test.ts: no such module',
    ])
  })

  it.each([
    ['a file that does not load', { ...report, success: false }, true],
    ['an unclean exit after passed tests', report, false],
    ['no test at all', { ...report, numPassedTests: 0 }, true],
  ])('counts %s as one failure', (_name, given, exitedCleanly) => {
    expect(tallyOfReport(given, exitedCleanly).failed).toBe(1)
  })
})

describe('the lines', () => {
  it('close with the sums', () => {
    const sum = sumOf([
      tallyOfExit('lint', true),
      tallyOfExit('types', false),
      tallyOfReport(report, true),
    ])
    expect(closingLine(sum)).toBe('8 passed, 1 failed')
    expect(sum.failures).toEqual(['types, as a whole'])
  })

  it('name a suite with its seconds, and what it skipped', () => {
    const tally = { passed: 3, failed: 0, skipped: 1, failures: [] }
    expect(suiteLine('pure', tally, 1240)).toBe('pure: 3 passed, 0 failed, 1 skipped (1.2 s)')
  })
})

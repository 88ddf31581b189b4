/**
 * Starts the test files that take long before the others, so that none of them is left to run alone
 * at the end. Without an earlier run to learn from, vitest goes by the size of a file, and the
 * longest tests are short files.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Parts of paths, the longest first. */
const long = [
  '/test/system/dbt.test',
  '/test/system/fault-schedules',
  '/crash-matrix/',
  '/test/system/pipedrive.test',
  '/test/laws/convergence',
  '/test/faults/fault-schedules',
  '/test/crash/',
  '/test/laws/',
  '/test/bench/',
  '/test/faults/',
  '/test/bad-days/',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own method, not an array's
    const sorted = await super.sort(files)
    // A stable sort: within a rank vitest's own order remains.
    return sorted.toSorted((a, b) => rank(a.moduleId) - rank(b.moduleId))
  }
}

function rank(file: string): number {
  const index = long.findIndex((part) => file.includes(part))
  return index < 0 ? long.length : index
}

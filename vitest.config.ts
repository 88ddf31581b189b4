/**
 * The suites, told apart by where a test file is and what it is called: `x.test.ts` is pure and quick,
 * `x.integration.test.ts` needs sockets, files or databases, test/house/ watches the rules, test/system/
 * starts processes and kills pushes at every edge. Scenarios are integration tests that live through much: they
 * would make `npm test` too slow. What is in no folder of its own is pure, so that no test file is left out.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { quickFolder } from './test/support/quick-folder.ts'

/** A test that hangs ends the suite some time; a machine that is ten times as slow must not. */
const patienceMs = 60_000
const elsewhere = ['**/node_modules/**', 'dist/**', 'coverage/**', 'syncline-demo/**']
const integration = ['**/*.integration.test.ts']
const house = ['test/house/**/*.test.ts']
const system = ['test/system/**/*.test.ts']
const scenarios = ['test/{bad-days,bench,crash,faults,laws,server}/**/*.integration.test.ts']
/** What all databases and projects of tests that are there at once may take. */
const folderBytes = 2 ** 32
/** Each file makes its own databases and servers; loading the sources again costs a second. */
const withServers = {
  env: { TMPDIR: quickFolder(folderBytes) },
  isolate: false,
  testTimeout: 10 * patienceMs,
  hookTimeout: 10 * patienceMs,
} as const

export default defineConfig({
  test: {
    // One more than there are cores, since some tests wait for a disk, a process or a server.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // Processes and threads that tests start load the sources stripped and compiled by the first.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node-compile') },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['**/*.test.ts'],
          exclude: [...elsewhere, ...integration, ...house, ...system],
          // Pure code has no state that one file could leave to the next.
          isolate: false,
          testTimeout: patienceMs,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          exclude: [...elsewhere, ...house, ...system, ...scenarios],
          ...withServers,
        },
      },
      {
        extends: true,
        test: { name: 'scenarios', include: scenarios, ...withServers },
      },
      {
        extends: true,
        test: { name: 'house', include: house, isolate: false, testTimeout: patienceMs },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: system,
          testTimeout: 30 * patienceMs,
          hookTimeout: 30 * patienceMs,
        },
      },
    ],
  },
})

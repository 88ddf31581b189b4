/**
 * The suites, told apart by file name alone: `x.test.ts` is pure and quick, `x.integration.test.ts`
 * needs sockets, files or databases, test/house/ watches the rules, test/system/ starts processes, test/soak/ takes long. What
 * is in no folder of its own is pure, so that no test file is left out.
 */
import { defineConfig } from 'vitest/config'

const elsewhere = ['**/node_modules/**', 'dist/**', 'coverage/**', 'syncline-demo/**']
const integration = ['**/*.integration.test.ts']
const house = ['test/house/**/*.test.ts']
const system = ['test/system/**/*.test.ts']
const soak = ['test/soak/**/*.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['**/*.test.ts'],
          exclude: [...elsewhere, ...integration, ...house, ...system, ...soak],
        },
      },
      {
        test: {
          name: 'integration',
          include: integration,
          exclude: [...elsewhere, ...house, ...system, ...soak],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'house', include: house, testTimeout: 30_000 } },
      {
        test: {
          name: 'system',
          include: system,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      { test: { name: 'soak', include: soak, testTimeout: 3_600_000, hookTimeout: 300_000 } },
    ],
  },
})

/**
 * The suites by name. A check either passes or fails as a whole; a vitest suite counts its tests.
 * `tests` names a project of vitest.config.ts.
 */
export const suites = {
  lint: { command: ['oxlint', '--deny-warnings'] },
  format: { command: ['biome', 'format', '.'] },
  types: { command: ['tsc', '-p', '.'] },
  pure: { tests: 'pure' },
  integration: { tests: 'integration' },
  house: { tests: 'house' },
  scenarios: { tests: 'scenarios' },
  system: { tests: 'system' },
} as const satisfies Record<string, Suite>

export type Suite = { readonly command: readonly string[] } | { readonly tests: string }

export type SuiteName = keyof typeof suites

export function isSuiteName(name: string): name is SuiteName {
  return Object.hasOwn(suites, name)
}

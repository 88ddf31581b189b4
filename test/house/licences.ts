/** Licences that a runtime dependency may have: permissive ones, each listed by a person. */
export const permissiveLicences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
  'Zlib',
]

/** Reads an SPDX expression: one of several suffices for `OR`, all are needed for `AND`. */
export function isPermissive(expression: string): boolean {
  const bare = expression.trim().replace(/^\((.*)\)$/s, '$1')
  if (/\sOR\s/.test(bare)) return bare.split(/\sOR\s/).some(isPermissive)
  if (/\sAND\s/.test(bare)) return bare.split(/\sAND\s/).every(isPermissive)
  return permissiveLicences.includes(bare)
}

/** What may go wrong where a CRM has rules of its own for fields and their values. */
import type { Mutant } from './mutant.ts'

const forms = 'test/push/normal-forms.integration.test.ts'

export const fieldMutants: readonly Mutant[] = [
  {
    name: 'keys that are one to the CRM do not collide',
    promise: 4,
    file: 'src/core/mapping/normal-form.ts',
    search: '  return field.ignoresCase === true ? text.trim().toLowerCase() : text\n',
    replace: '  return text\n',
    tests: [forms],
  },
  {
    name: 'a match value is written as it is compared',
    promise: 5,
    file: 'src/engine/push/deliver/deliver.ts',
    search: 'const matchValue = row.changes[match]?.after ?? null',
    replace: 'const { matchValue } = row',
    tests: ['test/push/case-rings.integration.test.ts'],
  },
  {
    name: 'a value that nobody may change any more is dropped in silence',
    promise: 2,
    file: 'src/core/plan/create-only.ts',
    search: '  if (names.length === 0) return null\n',
    replace: '  if (names.length < 99) return null\n',
    tests: ['src/core/plan/decide.test.ts'],
  },
]

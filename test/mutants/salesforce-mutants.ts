/** What a connector may get wrong of Salesforce. */
import type { Mutant } from './mutant.ts'

const auth = 'src/connector/salesforce/auth.test.ts'
const errors = 'src/connector/salesforce/errors.test.ts'
const jobs = 'src/connector/salesforce/bulk-results.test.ts'
const writes = 'src/connector/salesforce/write.test.ts'

export const salesforceMutants: readonly Mutant[] = [
  {
    name: 'results of a job are matched by their order',
    promise: 4,
    file: 'src/connector/salesforce/bulk-results.ts',
    search: 'results.get(key)?.(input)',
    replace: '[...results.values()][load.inputs.indexOf(input)]?.(input)',
    tests: [jobs],
  },
  {
    name: 'rows that a job never came to count as written',
    promise: 2,
    file: 'src/connector/salesforce/bulk-results.ts',
    search: 'add(row, () => unprocessed)\n',
    replace: "add(row, ({ values }) => ({ status: 'written', id: '', created: true, values }))\n",
    tests: [jobs],
  },
  {
    name: 'what a job refused is dropped',
    promise: 2,
    file: 'src/connector/salesforce/bulk-results.ts',
    search: '  for (const row of readFile(files.failed)) {\n',
    replace: "  for (const row of readFile(files.failed === '' ? '' : '')) {\n",
    tests: [jobs],
  },
  {
    name: 'a job leaves a field alone instead of emptying it',
    promise: 5,
    file: 'src/connector/salesforce/bulk-file.ts',
    search: "const empties = '#N/A'",
    replace: "const empties = ''",
    tests: [jobs],
  },
  {
    name: 'a key that several records have counts as written',
    promise: 4,
    file: 'src/connector/salesforce/errors.ts',
    search: 'if (status >= 200 && status < 300) return null',
    replace: 'if (status >= 200 && status <= 300) return null',
    tests: [errors],
  },
  {
    name: 'a result without its record’s own id is taken for it',
    promise: 4,
    file: 'src/connector/salesforce/write.ts',
    search: 'const isOther = input.id !== null && recordId(input.id) !== id',
    replace: "const isOther = input.id !== null && id === ''",
    tests: [writes],
  },
  {
    name: 'results of another number are taken by their place',
    promise: 4,
    file: 'src/connector/salesforce/write.ts',
    search: '  if (results.length === inputs.length) {\n',
    replace: '  if (results.length <= inputs.length) {\n',
    tests: [writes],
  },
  {
    name: 'each who is refused signs in anew',
    promise: 7,
    file: 'src/connector/oauth/renewed.ts',
    search: '    renewing ??= request()\n',
    replace: '    renewing = request()\n',
    tests: [auth],
  },
  {
    name: 'the part of the day that belongs to others is used up',
    promise: 6,
    file: 'src/connector/http/daily-share.ts',
    search: 'this.#used + this.#underWay + cost <= this.#shareOf(this.#max)',
    replace: 'this.#used + this.#underWay + cost <= this.#max',
    tests: [writes],
  },
]

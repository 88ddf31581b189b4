/** `npm run bench -- <name>`: runs one benchmark; its result is the last line of standard output. */
import { parseArgs } from 'node:util'
import type { Bench } from './bench-result.ts'
import { budget } from './budget.ts'
import { diff } from './diff.ts'
import { memory } from './memory.ts'
import { buildProgram } from './program.ts'
import { push } from './push.ts'
import { state } from './state.ts'

const benches: Readonly<Record<string, Bench>> = { diff, push, budget, memory, state }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    repeats: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const [name = ''] = positionals
const bench = benches[name]
if (bench === undefined || positionals.length > 1) {
  process.stderr.write(
    `usage: npm run bench -- <${Object.keys(benches).join('|')}> [--rows n] [--repeats n] [--quick]\n`,
  )
  process.exit(2)
}
buildProgram()
const result = await bench({
  rows: count(values.rows),
  repeats: count(values.repeats),
  quick: values.quick,
  say: (text) => process.stderr.write(`${name}: ${text}\n`),
})
process.stdout.write(`${JSON.stringify(result)}\n`)

function count(written: string | undefined): number | null {
  if (written === undefined) return null
  const number = Number(written)
  if (Number.isSafeInteger(number) && number > 0) return number
  process.stderr.write(`expected a number of at least 1, found ${written}\n`)
  process.exit(2)
}

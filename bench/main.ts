/** `npm run bench -- <name>`: runs one benchmark; its result is the last line of standard output. */
import { parseArgs } from 'node:util'
import type { Bench } from './bench-result.ts'
import { budget } from './budget.ts'
import { diff } from './diff.ts'
import { fold } from './fold.ts'
import { fullread } from './fullread.ts'
import { memory } from './memory.ts'
import { buildProgram } from './program.ts'
import { push } from './push.ts'
import { start } from './start.ts'
import { state } from './state.ts'
import { hubspot, targets } from './targets.ts'
import { webhook } from './webhook.ts'

const benches: Readonly<Record<string, Bench>> = {
  diff,
  push,
  budget,
  memory,
  state,
  fold,
  webhook,
  start,
  fullread,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    repeats: { type: 'string' },
    quick: { type: 'boolean', default: false },
    to: { type: 'string', default: hubspot.name },
  },
})
const [name = ''] = positionals
const bench = benches[name]
const isTarget = targets.some((target) => target.name === values.to)
const isFitting = values.to === hubspot.name || (isTarget && bench === push)
if (bench === undefined || positionals.length > 1 || !isFitting) {
  const [names, crms] = [Object.keys(benches), targets.map((target) => target.name)]
  process.stderr.write(
    `usage: npm run bench -- <${names.join('|')}> [--rows n] [--repeats n] [--quick]\n       npm run bench -- push --to <${crms.join('|')}>\n`,
  )
  process.exit(2)
}
buildProgram()
const result = await bench({
  to: values.to,
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

import { afterEach, describe, expect, it } from 'vitest'
import type { Column, ValueKind } from '../model/value.ts'
import type { SandboxLimits } from './limits.ts'
import { openTransform } from './open-transform.ts'
import type { Transform, Transformed } from './sandbox.ts'

const file = 'transforms/people.js'

/** Each look moves it by one, so that a limit in milliseconds is a number of interruptions. */
function steppingClock(): { monotonic(): number } {
  let steps = 0
  return {
    monotonic: () => {
      steps += 1
      return steps
    },
  }
}

function open(text: string, limits: Partial<SandboxLimits> = {}): Promise<Transform> {
  return openTransform({ file, text }, { clock: steppingClock(), limits })
}

function column(name: string, kind: ValueKind = 'text'): Column {
  return { name, kind, nativeType: kind }
}

/** Rows of one column `v` through a function; what the mapping then reads as `out`. */
async function through(
  body: string,
  values: readonly (string | null)[],
  { kind = 'text', ...limits }: Partial<SandboxLimits> & { kind?: ValueKind } = {},
): Promise<readonly Transformed[]> {
  const transform = await open(`export default function (row) {\n${body}\n}`, limits)
  return transform.apply({
    columns: [column('v', kind)],
    rows: values.map((value) => [value]),
    wanted: ['out'],
  })
}

async function returned(expression: string, value = 'x', kind: ValueKind = 'text') {
  const [result] = await through(`return { out: ${expression} }`, [value], { kind })
  if (result === undefined) throw new Error('no result')
  return result
}

function passed(text: string | null, kind: ValueKind = 'text'): Transformed {
  return { ok: true, values: [text], kinds: [kind] }
}

function failed(reason: string, message: string | null) {
  return { ok: false, reason, message }
}

describe('a row in the sandbox', () => {
  it.each<[ValueKind, string, string, string]>([
    ['text', 'é\u0000😀\ud800', 'typeof row.v + row.v', 'stringé\u0000😀\ud800'],
    ['integer', '9007199254740991', 'typeof row.v + row.v', 'number9007199254740991'],
    ['integer', '9007199254740993', 'typeof row.v + row.v', 'bigint9007199254740993'],
    ['decimal', '0.100000000', 'typeof row.v + row.v', 'string0.100000000'],
    ['double', '0.1', 'typeof row.v + row.v', 'number0.1'],
    ['double', '-Infinity', 'typeof row.v + row.v', 'number-Infinity'],
    ['boolean', 'false', 'typeof row.v + row.v', 'booleanfalse'],
    ['date', '2026-03-01', 'typeof row.v + row.v', 'string2026-03-01'],
    [
      'timestamp_tz',
      '2026-03-01T10:00:00.123456Z',
      'typeof row.v + row.v',
      'string2026-03-01T10:00:00.123456Z',
    ],
    ['json', '{"a":[1]}', 'typeof row.v + row.v.a[0]', 'object1'],
    ['text_array', '["a",null]', 'row.v.length + String(row.v[1])', '2null'],
  ])('shows a %s %j', async (kind, text, expression, seen) => {
    expect(await returned(expression, text, kind)).toEqual(passed(seen))
  })

  it.each<ValueKind>(['text', 'integer', 'double', 'boolean', 'json', 'text_array'])(
    'shows null for a null %s',
    async (kind) => {
      const [result] = await through('return { out: row.v === null }', [null], { kind })
      expect(result).toEqual(passed('true', 'boolean'))
    },
  )

  it('takes any name for a column', async () => {
    const transform = await open(
      'export default (row) => ({ out: row["first name"] + row.constructor })',
    )
    const columns = [column('first name'), column('constructor')]
    const results = await transform.apply({ columns, rows: [['A', 'B']], wanted: ['out'] })
    expect(results).toEqual([passed('AB')])
  })
})

describe('a returned value', () => {
  it.each<[string, string | null, ValueKind]>([
    ['"text"', 'text', 'text'],
    ['"\\u0000\\ud800"', '\u0000\ud800', 'text'],
    ['""', '', 'text'],
    ['42', '42', 'integer'],
    ['-0', '0', 'integer'],
    ['1.5', '1.5', 'double'],
    ['0.1 + 0.2', '0.30000000000000004', 'double'],
    ['2 ** 60', '1152921504606847000', 'double'],
    ['1e21', '1e+21', 'double'],
    ['2n ** 64n', '18446744073709551616', 'integer'],
    ['NaN', 'NaN', 'double'],
    ['-1 / 0', '-Infinity', 'double'],
    ['true', 'true', 'boolean'],
    ['null', null, 'text'],
    ['["a", null]', '["a",null]', 'text_array'],
    ['["a", 1]', '["a",1]', 'json'],
    ['({ a: { b: 1 } })', '{"a":{"b":1}}', 'json'],
    ['new Date(1e12)', '2001-09-09T01:46:40.000000Z', 'timestamp_tz'],
  ])('%s is %j of kind %s', async (expression, text, kind) => {
    expect(await returned(expression)).toEqual(passed(text, kind))
  })

  it.each([
    ['undefined', 'returned undefined for out; return null to clear it'],
    ['() => 1', 'returned a function for out'],
    ['Symbol("a")', 'returned a symbol for out'],
    ['new Date(NaN)', 'returned an invalid date for out'],
    ['new Map()', 'returned an object for out that is neither plain, nor an array, nor a date'],
    ['[NaN]', 'returned NaN inside an object, which JSON can not hold'],
  ])('%s rejects the row', async (expression, message) => {
    expect(await returned(expression)).toEqual(failed('transform.error', `${file}: ${message}`))
  })
})

describe('what the mapping sees', () => {
  const columns = [
    column('big', 'integer'),
    column('price', 'decimal'),
    column('day', 'date'),
    column('doc', 'json'),
  ]
  const row = ['12345678901234567890', '1.50', '2026-01-01', '{"n": 12345678901234567890}']
  const untouched: Transformed = {
    ok: true,
    values: row,
    kinds: ['integer', 'decimal', 'date', 'json'],
  }

  it.each([
    ['left out', '({})'],
    ['returned as they came', 'row'],
    ['spread', '({ ...row, more: 1 })'],
  ])('keeps the model’s columns exactly where they are %s', async (_, expression) => {
    const transform = await open(`export default (row) => (${expression})`)
    const wanted = ['big', 'price', 'day', 'doc']
    expect(await transform.apply({ columns, rows: [row], wanted })).toEqual([untouched])
  })

  it('takes a changed value in the place of the model’s, changed in place or not', async () => {
    const transform = await open(
      'export default (row) => { row.price = Number(row.price) * 2; row.doc.n = 1; return row }',
    )
    const wanted = ['price', 'doc']
    expect(await transform.apply({ columns, rows: [row], wanted })).toEqual([
      { ok: true, values: ['3', '{"n":1}'], kinds: ['integer', 'json'] },
    ])
  })

  it('rejects a row that lacks a column which the model has not either', async () => {
    const [result] = await through('return { ou: 1 }', ['x'])
    expect(result).toEqual(
      failed('transform.missing', `${file}: gave no out, and the model has no such column`),
    )
  })
})

describe('a row function', () => {
  it('skips a row by returning null', async () => {
    const results = await through('return row.v === "a" ? null : { out: row.v }', ['a', 'b'])
    expect(results).toEqual([failed('transform.skipped', null), passed('b')])
  })

  it.each([
    ['', 'returned nothing; return an object with columns, or null to skip the row'],
    ['return 1', 'returned a number; return an object with columns, or null to skip the row'],
    ['return []', 'returned an array; return an object with columns, or null to skip the row'],
    ['return Promise.resolve({})', 'returned a promise; a transform can not wait'],
    ['throw "no"', 'threw no'],
    ['throw { toString: null }', 'threw something that can not be shown'],
  ])('that says %j rejects the row', async (body, message) => {
    const [result] = await through(body, ['x'])
    expect(result).toEqual(failed('transform.error', `${file}: ${message}`))
  })

  it('that throws rejects its row with file, line and message, and no other row', async () => {
    const body = 'const parts = row.v.split("@")\nreturn { out: parts[1].toLowerCase() }'
    const results = await through(body, ['a@X.com', 'b', 'c@Y.com'])
    expect(results).toEqual([
      passed('x.com'),
      failed(
        'transform.error',
        `${file}:3: TypeError: cannot read property 'toLowerCase' of undefined`,
      ),
      passed('y.com'),
    ])
  })

  it('that throws a long text has it cut', async () => {
    const [result] = await through('throw new Error("y".repeat(1000))', ['x'])
    expect(result).toMatchObject({ message: `${file}:2: Error: ${'y'.repeat(293)}…` })
  })

  it('gives equal rows equal results however they are grouped', async () => {
    const transform = await open('export default (row) => ({ out: row.v + "!" })')
    const input = { columns: [column('v')], wanted: ['out'] }
    const rows = Array.from({ length: 2_500 }, (_, index) => [`${index}`])
    const together = await transform.apply({ ...input, rows })
    expect(together).toEqual(rows.map(([value]) => passed(`${value}!`)))
    expect(await transform.apply({ ...input, rows: [] })).toEqual([])
    expect(await transform.apply({ ...input, rows: rows.slice(7, 8) })).toEqual([passed('7!')])
  })
})

describe('the limits', () => {
  const others = [passed('a'), passed('c')]

  it.each([
    ['an endless loop', 'for (;;);', 'took more than 50 ms'],
    ['an endless loop that catches', 'for (;;) try { for (;;); } catch {}', 'took more than 50 ms'],
    ['a runaway pattern', '/(a+)+$/.test("a".repeat(40) + "b")', 'took more than 50 ms'],
    ['a memory hog', '"y".repeat(2 ** 28)', 'used more than 64 MB'],
    ['endless recursion', 'const f = () => f() + 1; f()', 'went too far: stack overflow'],
  ])('stop %s, and the rows around it pass', async (_, statement, message) => {
    const body = `if (row.v === "b") { ${statement} }\nreturn { out: row.v }`
    const results = await through(body, ['a', 'b', 'c'])
    expect(results[1]).toEqual(failed('transform.limit', `${file}:2: ${message}`))
    expect([results[0], results[2]]).toEqual(others)
  })

  it('count the memory of everything that a row keeps', async () => {
    const body = 'const kept = []; for (;;) kept.push({ n: kept.length })'
    const limits = { memoryBytes: 20 * 1024 * 1024, rowMs: 1_000_000 }
    const [result] = await through(body, ['x'], limits)
    // Without memory for an error, where the row function begins is all that is known.
    expect(result).toEqual(failed('transform.limit', `${file}:1: used more than 20 MB`))
  })

  it('are per row: many slow rows pass, however long they take together', async () => {
    const body = 'let n = 0; for (let i = 0; i < 200_000; i++) n += i\nreturn { out: row.v }'
    const values = Array.from({ length: 20 }, (_, index) => `${index}`)
    expect(await through(body, values)).toEqual(values.map((value) => passed(value)))
  })

  it('cost no row when memory fills up over many rows', async () => {
    const transform = await open(
      'const kept = []\nexport default (row) => { kept.push("y".repeat(1e6) + row.v); return { out: row.v } }',
      { memoryBytes: 20 * 1024 * 1024 },
    )
    const rows = Array.from({ length: 30 }, (_, index) => [`${index}`])
    const results = await transform.apply({ columns: [column('v')], rows, wanted: ['out'] })
    expect(results).toEqual(rows.map(([value]) => passed(value ?? null)))
  })

  it('leave room for rows with long texts, many of them too', async () => {
    const values = Array.from({ length: 20 }, () => 'z'.repeat(300_000))
    const results = await through('return { out: row.v.length }', values, {
      memoryBytes: 32 * 1024 * 1024,
    })
    expect(results).toEqual(values.map(() => passed('300000', 'integer')))
  })
})

describe('opening', () => {
  it('refuses a file with a syntax error, with its place', async () => {
    await expect(
      open('export default function (row) {\n  return { a: 1,, }\n}'),
    ).rejects.toMatchObject({
      code: 'transform.syntax',
      kind: 'config',
      message: `${file}:2: invalid property name`,
      place: { file, line: 2, column: 17 },
    })
  })

  it.each([
    ['export const a = 1', `${file} exports no default function.`],
    ['export default {}', `${file} exports no default function.`],
    ['import a from "fs"\nexport default a', `${file}: ReferenceError: could not load module 'fs'`],
    ['\nthrow new Error("no")', `${file}:2: Error: no`],
    ['throw 1', `${file}: threw 1`],
    ['await 1\nexport default () => 1', `${file} waits for something, which a transform can’t.`],
  ])('refuses %j', async (text, message) => {
    await expect(open(text)).rejects.toMatchObject({
      code: 'transform.load',
      kind: 'config',
      message,
    })
  })

  it('refuses a file that never ends', async () => {
    await expect(open('for (;;);\nexport default () => 1', { loadMs: 20 })).rejects.toMatchObject({
      code: 'transform.load',
      message: `${file}:1: InternalError: interrupted`,
    })
  })
})

describe('inside the sandbox', () => {
  const zone = process.env['TZ']

  afterEach(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  it.each(['process', 'require', 'fetch', 'console', 'setTimeout', 'performance', 'WeakRef'])(
    'there is no %s',
    async (name) => {
      expect(await returned(`typeof ${name}`)).toEqual(passed('undefined'))
    },
  )

  it.each([
    ['Date.now()', 'The current time'],
    ['new Date()', 'The current time'],
    ['Date()', 'The current time'],
    ['new (class extends Date {})()', 'The current time'],
    ['new Date(0).constructor.now()', 'The current time'],
    ['Math.random()', 'Math.random'],
  ])('%s is refused, since the same row must give the same result', async (expression, what) => {
    const result = await returned(expression)
    expect(result).toMatchObject({ ok: false, reason: 'transform.error' })
    expect(result).toMatchObject({ message: expect.stringContaining(`${what} is not available`) })
  })

  it.each([
    ['new Date(2026, 0, 1, 12).toISOString()', '2026-01-01T12:00:00.000Z'],
    ['new Date("2026-07-01T00:30").toISOString()', '2026-07-01T00:30:00.000Z'],
    ['new Date("2026-07-01 00:30:00.5").toISOString()', '2026-07-01T00:30:00.500Z'],
    ['new Date("2026-07-01T00:30:00+02:00").toISOString()', '2026-06-30T22:30:00.000Z'],
    ['new Date("2026-07-01T00:00:00.123456Z").toISOString()', '2026-07-01T00:00:00.123Z'],
    ['new Date("2026-07-01").getHours() + ":" + new Date(0).getFullYear()', '0:1970'],
    ['String(new Date(0))', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['String(new Date(0).getTimezoneOffset())', '0'],
    ['String(Date.parse("July 1, 2026"))', 'NaN'],
    ['new Date(new Date(5)).toISOString()', '1970-01-01T00:00:00.005Z'],
  ])('%s is %s on a machine in any time zone', async (expression, text) => {
    process.env['TZ'] = 'America/New_York'
    expect(new Date(0).getTimezoneOffset()).toBe(300)
    expect(await returned(expression)).toEqual(passed(text))
  })

  it('replaced built-in functions harm nobody', async () => {
    const transform = await open(
      'JSON.stringify = Object.hasOwn = Array.isArray = () => "no"\nexport default (row) => ({ out: row.v })',
    )
    const input = { columns: [column('v')], rows: [['x']], wanted: ['out'] }
    expect(await transform.apply(input)).toEqual([passed('x')])
  })

  it('a row function that bends the results themselves is told so', async () => {
    const transform = await open(
      'Array.prototype.toJSON = () => 1\nexport default (row) => ({ out: row.v })',
    )
    const input = { columns: [column('v')], rows: [['x']], wanted: ['out'] }
    const message = `${file}: what it returned can’t be read; does it change built-in objects?`
    expect(await transform.apply(input)).toEqual([failed('transform.error', message)])
  })
})

/**
 * What runs inside the sandbox before the person's file: it takes away time, chance and the machine's
 * time zone, and gives a function that carries rows through the row function as JSON. It keeps its
 * own references to built-in functions, since the file may replace them.
 *
 * In: `{ columns: [[name, kind]], wanted: [name], rows: [[cell]] }`. Out, per row: `0` for skipped, a
 * list with one cell for each wanted column, or `{ reason, name, message, stack }`. A cell is a JSON
 * value, `[kind, text]` for what JSON can't say, or `[]` for "as the model has it".
 */
export const prelude = String.raw`(() => {
'use strict'
const { parse, stringify } = JSON
const { isArray } = Array
const { is, hasOwn, getPrototypeOf } = Object
const { isFinite } = Number
const [ObjectPrototype, ErrorClass, LimitError, BigIntOf, StringOf, NumberOf] =
  [Object.prototype, Error, InternalError, BigInt, String, Number]

const refuse = (what, instead) => () => {
  throw new TypeError(what + ' is not available: the same row must always give the same result. ' + instead)
}
const noClock = refuse('The current time', 'Select it as a column of the model.')
Math.random = refuse('Math.random', 'Select a random value as a column of the model.')

const NativeDate = Date
const DatePrototype = NativeDate.prototype
const { UTC, parse: parseNative } = NativeDate
const { toISOString, toUTCString, getUTCFullYear } = DatePrototype
const localTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/
const unambiguous = /^\d{4}(?:-\d\d(?:-\d\d)?)?$|(?:Z|GMT|UTC|[+-]\d\d:?\d\d)$/i
const { test } = RegExp.prototype
const { call } = Function.prototype
const matches = call.bind(test)
// A text without a zone would mean the machine's, so it means UTC; what can't be told is invalid.
const parseDate = (text) => {
  const given = StringOf(text)
  if (matches(localTime, given)) return parseNative(given + 'Z')
  return matches(unambiguous, given) ? parseNative(given) : NaN
}
function SandboxDate(...parts) {
  if (new.target === undefined || parts.length === 0) return noClock()
  const [only] = parts
  const time = parts.length > 1 ? UTC(...parts) : typeof only === 'string' ? parseDate(only) : only
  return Reflect.construct(NativeDate, [time], new.target)
}
SandboxDate.prototype = DatePrototype
DatePrototype.constructor = SandboxDate
SandboxDate.UTC = UTC
SandboxDate.parse = parseDate
SandboxDate.now = noClock
for (const part of ['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
  DatePrototype['get' + part] = DatePrototype['getUTC' + part]
  DatePrototype['set' + part] = DatePrototype['setUTC' + part]
}
DatePrototype.getDay = DatePrototype.getUTCDay
DatePrototype.getTimezoneOffset = () => 0
for (const name of ['String', 'DateString', 'TimeString', 'LocaleString', 'LocaleDateString', 'LocaleTimeString']) {
  DatePrototype['to' + name] = toUTCString
}
for (const name of ['getYear', 'setYear']) delete DatePrototype[name]
globalThis.Date = SandboxDate
// These tell when memory is reclaimed, which is chance too.
for (const name of ['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer']) delete globalThis[name]

const refused = (reason, message) => ({ reason, name: null, message, stack: '' })
class Refusal {
  constructor(reason, message) { this.result = refused(reason, message) }
}
const fail = (message) => { throw new Refusal('transform.error', message) }

const decoders = {
  integer: (cell) => (typeof cell === 'string' ? BigIntOf(cell) : cell),
  double: (cell) => (typeof cell === 'string' ? NumberOf(cell) : cell),
  json: (cell) => (cell === null ? null : parse(cell)),
  text_array: (cell) => (cell === null ? null : parse(cell)),
}
const finiteOnly = (key, value) => {
  if (typeof value === 'number' && !isFinite(value)) fail('returned ' + value + ' inside an object, which JSON can not hold')
  return value
}
const isTextArray = (list) => {
  for (let i = 0; i < list.length; i++) {
    if (list[i] !== null && typeof list[i] !== 'string') return false
  }
  return true
}
const objectCell = (value, name) => {
  if (isArray(value)) return [isTextArray(value) ? 'text_array' : 'json', stringify(value, finiteOnly)]
  if (value instanceof NativeDate) {
    if (!isFinite(call.call(getUTCFullYear, value))) fail('returned an invalid date for ' + name)
    return ['timestamp_tz', call.call(toISOString, value).slice(0, -1) + '000Z']
  }
  const prototype = getPrototypeOf(value)
  if (prototype !== ObjectPrototype && prototype !== null) fail('returned an object for ' + name + ' that is neither plain, nor an array, nor a date')
  return ['json', stringify(value, finiteOnly)]
}
const cellOf = (value, name) => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return isFinite(value) ? value : ['double', StringOf(value)]
    case 'bigint':
      return ['integer', StringOf(value)]
    case 'object':
      return value === null ? null : objectCell(value, name)
    case 'undefined':
      return fail('returned undefined for ' + name + '; return null to clear it')
    default:
      return fail('returned a ' + typeof value + ' for ' + name)
  }
}
// An object may have been changed in place, so it counts as untouched only if it still reads the same.
const untouched = (value, given, raw) =>
  is(value, given) &&
  (typeof value !== 'object' || value === null || stringify(value) === stringify(parse(raw)))

const failure = (error) => {
  // Null is what the interpreter throws when it has no memory left for an error.
  if (error instanceof LimitError || error === null) throw error
  if (error instanceof Refusal) return error.result
  try {
    if (!(error instanceof ErrorClass)) return { reason: 'transform.error', name: null, message: 'threw ' + StringOf(error), stack: '' }
    return { reason: 'transform.error', name: StringOf(error.name), message: StringOf(error.message), stack: StringOf(error.stack) }
  } catch {
    return refused('transform.error', 'threw something that can not be shown')
  }
}

return (transform) => (text) => {
  const { columns, wanted, rows } = parse(text)
  const width = columns.length
  const names = []
  const decode = []
  for (let i = 0; i < width; i++) {
    names[i] = columns[i][0]
    decode[i] = decoders[columns[i][1]] ?? null
  }
  const sources = []
  for (let i = 0; i < wanted.length; i++) sources[i] = names.indexOf(wanted[i])

  const one = (cells) => {
    const row = {}
    const given = []
    for (let i = 0; i < width; i++) {
      given[i] = decode[i] === null ? cells[i] : decode[i](cells[i])
      row[names[i]] = given[i]
    }
    const returned = transform(row)
    if (returned === null) return 0
    if (typeof returned !== 'object' || isArray(returned)) {
      fail('returned ' + (isArray(returned) ? 'an array' : returned === undefined ? 'nothing' : 'a ' + typeof returned) + '; return an object with columns, or null to skip the row')
    }
    if (typeof returned.then === 'function') fail('returned a promise; a transform can not wait')
    const result = []
    for (let i = 0; i < wanted.length; i++) {
      const name = wanted[i]
      const source = sources[i]
      if (!hasOwn(returned, name)) {
        if (source < 0) throw new Refusal('transform.missing', 'gave no ' + name + ', and the model has no such column')
        result[i] = []
        continue
      }
      const value = returned[name]
      result[i] = source >= 0 && untouched(value, given[source], cells[source]) ? [] : cellOf(value, name)
    }
    return result
  }

  const results = []
  for (let i = 0; i < rows.length; i++) {
    try {
      results[i] = one(rows[i])
    } catch (error) {
      results[i] = failure(error)
    }
  }
  return stringify(results)
}
})()`

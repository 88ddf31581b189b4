/**
 * Settings that are given to a local CRM while it runs: each must be one that it has, and of its kind, or a test would
 * go on believing in faults that never come.
 */
import { nearest } from '../model/nearest.ts'
import { simulatorErrors } from './errors.ts'

/** What the present settings can't tell, by paths like `faults.rates`. */
export interface SettingRules {
  /** Names that probabilities are given for. */
  readonly rates: Readonly<Record<string, readonly string[]>>
  /** What a text may be, or each text of a list. */
  readonly choices: Readonly<Record<string, readonly string[]>>
}

/** `present` is what stands at the path now. Throws for the first setting that is wrong. */
export function checkSettings(
  given: unknown,
  present: unknown,
  rules: SettingRules,
  path: readonly string[] = [],
): void {
  const name = path.join('.')
  const kinds = rules.rates[name]
  const choices = rules.choices[name]
  if (kinds !== undefined) return checkRates(given, kinds, path)
  if (choices !== undefined) {
    for (const one of Array.isArray(given) ? given : [given]) checkName(one, choices, name)
    return
  }
  if (given === null && path[0] === 'limits') return
  if (!isMapping(present)) return checkValue(given, present, path)
  for (const [key, value] of Object.entries(asMapping(given, path))) {
    const inner = [...path, key]
    const known = [...Object.keys(present), ...choicesWithin(rules, path)]
    if (!known.includes(key)) throw unknownName('setting', inner.join('.'), key, known)
    checkSettings(value, present[key], rules, inner)
  }
}

/** The parts of a planned fault that are numbers. */
const numbers = ['skip', 'times', 'status']

/** What is given for a planned fault: its kind, and the operation that it befalls. */
export function checkFault(
  given: unknown,
  kinds: readonly string[],
  operations: readonly string[],
): void {
  const fault = asMapping(given, [])
  for (const [key, value] of Object.entries(fault)) {
    if (key === 'kind') checkName(value, kinds, key)
    else if (key === 'operation') checkName(value, operations, key)
    else if (numbers.includes(key)) checkValue(value, 0, [key])
    else throw unknownName('part of a fault', key, key, ['kind', 'operation', ...numbers])
  }
  if (fault['kind'] === undefined) throw wrong('A fault has a `kind`.')
}

/** What a part of an edit is; `perhaps` is a text that may be left out. */
export type EditPart = 'text' | 'perhaps' | 'values'

/** By kind of edit and by name, the parts that stand beside the kind. */
export type EditParts = Readonly<Record<string, Readonly<Record<string, EditPart>>>>

/** What a person is said to do: it has all parts of its kind, and no other. */
export function checkEdit(given: unknown, kinds: EditParts): void {
  const { kind: givenKind, ...edit } = asMapping(given, [])
  const kind = checkName(givenKind, Object.keys(kinds), 'kind')
  const parts = kinds[kind] ?? {}
  for (const name of Object.keys(edit)) {
    const known = Object.keys(parts)
    if (!known.includes(name)) throw unknownName(`part of the edit ${kind}`, name, name, known)
  }
  for (const [name, part] of Object.entries(parts)) {
    const value = edit[name]
    if (value === undefined) {
      if (part !== 'perhaps') throw wrong(`The edit ${kind} has the part \`${name}\`.`)
    } else if (part === 'values') asMapping(value, [name])
    else checkValue(value, '', [name])
  }
}

/** What is given to be added to a CRM: parts of its state, which `present` has all of. */
export function checkState(given: unknown, present: object): void {
  const known = Object.keys(present)
  for (const name of Object.keys(asMapping(given, []))) {
    if (!known.includes(name)) throw unknownName('part of the state', name, name, known)
  }
}

/** The text, which is one of the names, or it throws. */
export function checkName(given: unknown, names: readonly string[], what: string): string {
  if (typeof given !== 'string') {
    throw wrong(`\`${what}\` is ${JSON.stringify(given)}, and one of these: ${names.join(', ')}.`)
  }
  if (!names.includes(given)) {
    throw wrong(`\`${what}\` can not be ${given}.${meantAmong(given, names)}`)
  }
  return given
}

function checkRates(given: unknown, kinds: readonly string[], path: readonly string[]): void {
  for (const [kind, rate] of Object.entries(asMapping(given, path))) {
    const name = [...path, kind].join('.')
    if (!kinds.includes(kind)) throw unknownName('kind', name, kind, kinds)
    if (typeof rate !== 'number' || rate < 0 || rate > 1) {
      throw wrong(`\`${name}\` is ${JSON.stringify(rate)}, and a probability from 0 to 1.`)
    }
  }
}

/** Numbers of a limit that is lifted now are not known, and may be any. */
function checkValue(given: unknown, present: unknown, path: readonly string[]): void {
  if (present === null || present === undefined) return
  const isList = Array.isArray(present)
  const isSame = isList
    ? Array.isArray(given) && given.length === present.length && given.every(Number.isFinite)
    : typeof given === typeof present
  if (isSame) return
  const expected = isList ? `a list of ${present.length} numbers` : `a ${typeof present}`
  throw wrong(`\`${path.join('.')}\` is ${JSON.stringify(given)}, and ${expected}.`)
}

/** Settings that may be left out, of which the present ones need not tell. */
function choicesWithin({ choices }: SettingRules, path: readonly string[]): readonly string[] {
  const prefix = path.map((part) => `${part}.`).join('')
  return Object.keys(choices)
    .filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('.'))
    .map((name) => name.slice(prefix.length))
}

function asMapping(given: unknown, path: readonly string[]): Readonly<Record<string, unknown>> {
  if (isMapping(given)) return given
  const what = path.length === 0 ? 'What is given' : `\`${path.join('.')}\``
  throw wrong(`${what} is ${JSON.stringify(given)}, and a JSON object.`)
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unknownName(what: string, shown: string, name: string, known: readonly string[]): Error {
  return wrong(`There is no ${what} ${shown}.${meantAmong(name, known)}`)
}

function meantAmong(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  return `${meant === null ? '' : ` Did you mean ${meant}?`} There are: ${known.join(', ')}.`
}

function wrong(message: string): Error {
  return simulatorErrors.setting({ message })
}

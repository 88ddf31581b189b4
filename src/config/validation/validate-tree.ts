/**
 * Holds a tree against its declaration and reports everything that does not fit, each at its
 * place. A referenced variable is a text; where the option takes a number or a boolean, it is read
 * as one.
 */
import type { z } from 'zod'
import { issueProblems } from './issue-problems.ts'
import { type Located, nodeAt, type Path, toPlain } from '../yaml/located.ts'
import type { LaterOptions } from '../options/later-options.ts'
import type { Problem } from '../problem.ts'
import { expectedAt, schemaNode } from './schema-node.ts'
import { secretScalars } from './secrets.ts'
import { unknownKeys, withUnknown } from './unknown-keys.ts'

export interface Validated<T> {
  /** Null when there are problems. */
  readonly value: T | null
  /** The tree with referenced texts read as the types the options take. */
  readonly tree: Located
  readonly problems: readonly Problem[]
}

/** Names, types and values. */
export function validateTree<T>(
  tree: Located,
  type: z.ZodType<T>,
  later: LaterOptions = {},
): Validated<T> {
  const unknown = unknownKeys(tree, schemaNode(type), later)
  const values = validateValues(tree, type)
  if (unknown.length === 0) return values
  return { ...values, value: null, problems: withUnknown(unknown, values.problems) }
}

/** Types and values only. */
export function validateValues<T>(tree: Located, type: z.ZodType<T>): Validated<T> {
  let current = tree
  let result = type.safeParse(toPlain(current))
  if (!result.success) {
    current = readReferencesAsNumbers(current, result.error.issues)
    if (current !== tree) result = type.safeParse(toPlain(current))
  }
  if (result.success) return { value: result.data, tree: current, problems: [] }
  const secrets = new Set(secretScalars(current, schemaNode(type)).map((one) => one.place.path))
  const problems = issueProblems(current, result.error.issues, {
    isSecret: (path) => secrets.has(path),
    expected: (path) => expectedAt(schemaNode(type), path),
  })
  return { value: null, tree: current, problems }
}

function readReferencesAsNumbers(tree: Located, issues: readonly z.core.$ZodIssue[]): Located {
  let current = tree
  for (const issue of issues) {
    if (issue.code !== 'invalid_type') continue
    const path = issue.path.filter((step) => typeof step !== 'symbol')
    const node = nodeAt(current, path)
    if (node?.kind !== 'scalar' || !node.resolved || typeof node.value !== 'string') continue
    const value = readAs(issue.expected, node.value)
    if (value !== null) current = replaceAt(current, path, { ...node, value })
  }
  return current
}

function readAs(expected: string, text: string): number | boolean | null {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : null
  if (expected !== 'number' && expected !== 'int') return null
  return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : null
}

function replaceAt(tree: Located, path: Path, value: Located): Located {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (tree.kind === 'list') {
    const items = tree.items.map((item, index) =>
      index === step ? replaceAt(item, rest, value) : item,
    )
    return { ...tree, items }
  }
  const entry = tree.kind === 'map' ? tree.entries.get(String(step)) : undefined
  if (tree.kind !== 'map' || entry === undefined) return tree
  const entries = new Map(tree.entries)
  entries.set(String(step), { ...entry, value: replaceAt(entry.value, rest, value) })
  return { ...tree, entries }
}

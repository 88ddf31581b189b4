/** Turns what the schema library found into problems with place, expected and found. */
import type { z } from 'zod'
import { describeFound } from './describe-found.ts'
import { configErrors } from '../errors.ts'
import { keyPlaceAt, type Located, nodeAt, type Path, placeAt } from '../yaml/located.ts'
import { nearest } from '../../model/nearest.ts'
import { type Problem, problem } from '../problem.ts'

type Issue = z.core.$ZodIssue

/** What is known of an option by its path. */
export interface Declared {
  readonly isSecret: (path: string | undefined) => boolean
  /** What can be written there, in the declaration's own words. */
  readonly expected: (path: Path) => string | null
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  null: 'null',
}

/** Unknown keys are reported elsewhere, from the schema's own names. */
export function issueProblems(
  tree: Located,
  issues: readonly Issue[],
  declared: Declared,
): Problem[] {
  return issues.flatMap((issue) => fromIssue(tree, issue, declared))
}

function fromIssue(tree: Located, issue: Issue, declared: Declared): Problem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  const node = nodeAt(tree, path)
  const place = placeAt(tree, path)
  const found = describeFound(node, declared.isSecret(place.path))
  const name = String(path.at(-1) ?? 'the file')
  switch (issue.code) {
    case 'unrecognized_keys':
      return []
    case 'invalid_union':
      return fromUnion(tree, issue, declared)
    case 'invalid_key': {
      const message = issue.issues[0]?.message ?? `\`${name}\` can not be a name here.`
      const keyPlace = keyPlaceAt(tree, path)
      return [problem(configErrors.value, { place: keyPlace, message, found: name })]
    }
    case 'invalid_type': {
      const expected = typeNames[issue.expected] ?? issue.expected
      if (node === null) return [missing(place, name, expected)]
      if (saysWhatIsMeant(issue)) {
        const details = { place, message: issue.message, expected: declared.expected(path), found }
        return [problem(configErrors.type, details)]
      }
      return [wrongType(place, name, expected, node, found)]
    }
    case 'invalid_value': {
      const values = issue.values.map(String)
      const expected = `one of ${values.join(', ')}`
      if (node === null) return [missing(place, name, expected)]
      const text = node.kind === 'scalar' ? node.source : ''
      const message = `\`${name}\` does not accept this value.`
      return [
        problem(configErrors.value, {
          place,
          message,
          expected,
          found,
          nearest: nearest(text, values),
        }),
      ]
    }
    default: {
      const isOwn = issue.code === 'custom' || issue.code === 'invalid_format'
      const message = isOwn ? issue.message : `\`${name}\` is out of range.`
      const expected = rangeOf(issue) ?? declared.expected(path)
      const remedy = expected === null ? { remedy: 'Write what the message asks for.' } : {}
      return [problem(configErrors.value, { place, message, expected, found, ...remedy })]
    }
  }
}

/** Where the declaration has words of its own for a value of another type. */
function saysWhatIsMeant({ message }: Issue): boolean {
  return !message.startsWith('Invalid input')
}

function rangeOf(issue: Issue): string | null {
  if (issue.code === 'too_small') return `at least ${issue.minimum}`
  return issue.code === 'too_big' ? `at most ${issue.maximum}` : null
}

function missing(place: ReturnType<typeof placeAt>, name: string, expected: string): Problem {
  return problem(configErrors.missing, {
    place,
    message: `\`${name}\` is missing.`,
    expected,
    found: 'nothing',
  })
}

function wrongType(
  place: ReturnType<typeof placeAt>,
  name: string,
  expected: string,
  node: Located,
  found: string,
): Problem {
  const message = `\`${name}\` has the wrong type.`
  const remedy = remedyFor(expected, node)
  return problem(configErrors.type, {
    place,
    message,
    expected,
    found,
    ...(remedy ? { remedy } : {}),
  })
}

/** Where YAML 1.2 reads a value otherwise than its writer, the remedy says how to write it. */
function remedyFor(expected: string, node: Located): string | null {
  if (node.kind !== 'scalar' || node.source === '') return null
  if (expected.startsWith('a text') && !node.quoted)
    return 'Put the value in quotes to make it a text.'
  if (expected !== 'true or false') return null
  if (/^(yes|on|y)$/i.test(node.source)) return 'Write true: in YAML 1.2 this word is a text.'
  return /^(no|off|n)$/i.test(node.source) ? 'Write false: in YAML 1.2 this word is a text.' : null
}

/**
 * Of several alternatives the one is meant whose shape fits; what is wrong inside it is told.
 * Where no shape fits, all of them are expected.
 */
function fromUnion(
  tree: Located,
  issue: Extract<Issue, { code: 'invalid_union' }>,
  declared: Declared,
): Problem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  const node = nodeAt(tree, path)
  const place = placeAt(tree, path)
  const name = String(path.at(-1) ?? 'the file')
  const branches = issue.errors.map((branch) =>
    branch.filter((one) => one.code !== 'unrecognized_keys'),
  )
  const fitting = branches
    .filter((branch) => !branch.some((one) => one.path.length === 0 && one.code === 'invalid_type'))
    .toSorted((a, b) => a.length - b.length)
  const meant = fitting[0]
  if (meant !== undefined) {
    const below = meant.map((one) => ({ ...one, path: [...issue.path, ...one.path] }))
    return issueProblems(tree, below, declared)
  }
  const kinds = branches.flatMap((branch) =>
    branch.flatMap((one) =>
      one.code === 'invalid_type' ? [typeNames[one.expected] ?? one.expected] : [],
    ),
  )
  const expected = [...new Set(kinds)].join(' or ')
  if (node === null) return [missing(place, name, expected)]
  return [
    wrongType(place, name, expected, node, describeFound(node, declared.isSecret(place.path))),
  ]
}

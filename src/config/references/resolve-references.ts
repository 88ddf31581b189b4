/**
 * Replaces `${env:NAME}` and `${file:path}` in every text of a tree. This is the only place that
 * does, so that one rule says what is looked up, what is missing and what may be shown.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { configErrors } from '../errors.ts'
import type { Located, LocatedEntry, LocatedScalar } from '../yaml/located.ts'
import { nearest } from '../../model/nearest.ts'
import { type Problem, problem } from '../problem.ts'
import type { Variables } from './variables.ts'

const schemes = ['env', 'file'] as const
/** Recognised so that the refusal can say what they are. */
const laterSchemes = ['aws', 'gcp'] as const

export interface ReferenceScope {
  /** Relative paths of `${file:…}` count from here. */
  readonly directory: string
  readonly variables: Variables
}

export interface Resolved<T extends Located> {
  readonly tree: T
  readonly problems: readonly Problem[]
}

/** A tree with problems keeps the unresolved text in their places. */
export async function resolveReferences<T extends Located>(
  tree: T,
  scope: ReferenceScope,
): Promise<Resolved<T>>
export async function resolveReferences(
  tree: Located,
  scope: ReferenceScope,
): Promise<Resolved<Located>> {
  const problems: Problem[] = []
  const walk = async (node: Located): Promise<Located> => {
    if (node.kind === 'scalar') return resolveScalar(node, scope, problems)
    if (node.kind === 'list') return { ...node, items: await inOrder(node.items, walk) }
    const entries = await inOrder([...node.entries], async ([key, entry]) => {
      const resolved: LocatedEntry = { place: entry.place, value: await walk(entry.value) }
      return [key, resolved] as const
    })
    return { ...node, entries: new Map(entries) }
  }
  return { tree: await walk(tree), problems }
}

async function inOrder<A, B>(all: readonly A[], each: (one: A) => Promise<B>): Promise<B[]> {
  const results: B[] = []
  for (const one of all) results.push(await each(one))
  return results
}

async function resolveScalar(
  scalar: LocatedScalar,
  scope: ReferenceScope,
  problems: Problem[],
): Promise<LocatedScalar> {
  const text = scalar.value
  if (typeof text !== 'string' || !text.includes('${')) return scalar
  let value = ''
  let end = 0
  let looked = false
  for (const match of text.matchAll(/\$?\$\{([^}]*)(\}?)/g)) {
    value += text.slice(end, match.index)
    end = match.index + match[0].length
    if (match[0].startsWith('$$')) {
      value += match[0].slice(1)
      looked = true
      continue
    }
    const answer = await lookUp(scalar, match[1] ?? '', match[2] === '}', scope)
    if (typeof answer !== 'string') {
      problems.push(answer)
      return scalar
    }
    value += answer
    looked = true
  }
  return { ...scalar, value: value + text.slice(end), resolved: looked }
}

async function lookUp(
  scalar: LocatedScalar,
  reference: string,
  closed: boolean,
  scope: ReferenceScope,
): Promise<string | Problem> {
  const colon = reference.indexOf(':')
  const scheme = reference.slice(0, Math.max(colon, 0))
  const name = reference.slice(colon + 1).trim()
  if (closed && name !== '') {
    if (scheme === 'env') {
      const value = Object.hasOwn(scope.variables, name) ? scope.variables[name] : undefined
      return value ?? missingVariable(scalar, name, scope)
    }
    if (scheme === 'file') return readReference(scalar, name, scope)
    if (laterSchemes.some((later) => later === scheme)) {
      const message = `\${${scheme}:…} is not available in this version.`
      const remedy =
        'Let what starts Syncline fetch the secret, and use ${env:NAME} or ${file:path}.'
      return problem(configErrors.unsupported, { place: scalar.place, message, remedy })
    }
  }
  const found = `\${${reference}${closed ? '}' : ''}`
  return problem(configErrors.reference, {
    place: scalar.place,
    message: closed ? 'This reference has no known form.' : 'This reference is not closed.',
    expected: '${env:NAME} or ${file:path}',
    found,
    nearest: suggestion(scheme, name, colon === -1),
  })
}

function suggestion(scheme: string, name: string, bare: boolean): string | null {
  if (name === '') return null
  if (bare) return `\${env:${name}}`
  const meant = nearest(scheme, schemes)
  return meant === null ? null : `\${${meant}:${name}}`
}

function missingVariable(scalar: LocatedScalar, name: string, scope: ReferenceScope): Problem {
  const set = Object.keys(scope.variables).filter((one) => scope.variables[one] !== undefined)
  return problem(configErrors.missing_variable, {
    place: scalar.place,
    message: `The variable ${name} is not set.`,
    nearest: nearest(name, set),
    remedy: `Set ${name} in the environment, or add it to .env.`,
  })
}

async function readReference(
  scalar: LocatedScalar,
  path: string,
  scope: ReferenceScope,
): Promise<string | Problem> {
  try {
    const text = await readFile(resolve(scope.directory, path), 'utf8')
    // Editors and secret stores end files with a newline that belongs to no secret.
    return text.replace(/\r?\n$/, '')
  } catch {
    return problem(configErrors.missing_file, {
      place: scalar.place,
      message: `The file ${path} can not be read.`,
      remedy: 'Correct the path of ${file:…}; it counts from the folder of syncline.yaml.',
    })
  }
}

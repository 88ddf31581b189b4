/**
 * What is right in a file with mistakes. Parts that do not fit their declaration are taken out or replaced by stand-ins,
 * so that the rest can be judged all the same: a slip in one line is to hide no other.
 */
import type { z } from 'zod'
import { type Located, type Path, toPlain } from '../yaml/located.ts'
import type { Problem } from '../problem.ts'

/** Whether nothing was wrong at, above or below any of these dotted paths. */
export type IsRight = (...paths: readonly string[]) => boolean

/** A tree with what is known of its parts. */
export interface RightTree {
  readonly tree: Located
  readonly isRight: IsRight
}

export interface RightParts<T> {
  /** Null where too little is right. */
  readonly value: T | null
  readonly isRight: IsRight
}

/**
 * `problems` are those known of the tree, `standIn` holds what the declaration can't do without. Only what is right may be
 * believed of the value.
 */
export function rightParts<T>(
  tree: Located,
  type: z.ZodType<T>,
  problems: readonly Problem[],
  standIn: unknown,
): RightParts<T> {
  const wrong = problems.flatMap(pathsOf)
  const isRight: IsRight = (...paths) =>
    paths.every((path) => !wrong.some((one) => isWithin(one, path) || isWithin(path, one)))
  let plain = toPlain(tree)
  for (let round = 0; round < mostRounds; round++) {
    const result = type.safeParse(plain)
    if (result.success) return { value: result.data, isRight }
    const paths = result.error.issues.map(({ path }) => partOf(path))
    if (paths.some((path) => path.length === 0)) break
    wrong.push(...paths.map((path) => path.join('.')))
    for (const path of paths) plain = replaced(plain, path, at(standIn, path))
  }
  return { value: null, isRight }
}

/** What one round takes out may leave its parent wanting, and so on up: no option lies deeper. */
const mostRounds = 8

/** A misspelt key is taken for the one that was probably meant, which is then not known to be absent. */
function pathsOf({ code, path, nearest }: Problem): readonly string[] {
  if (path === null) return []
  if (code !== 'config.unknown_key' || nearest === null) return [path]
  const parent = path.slice(0, path.lastIndexOf('.') + 1)
  return [path, `${parent}${nearest}`]
}

function isWithin(path: string, part: string): boolean {
  return path === part || path.startsWith(`${part}.`)
}

/** Lists are taken out whole: what stands behind a missing part of one would have another place. */
function partOf(path: readonly PropertyKey[]): Path {
  const steps = path.filter((step) => typeof step !== 'symbol')
  const list = steps.findIndex((step) => typeof step === 'number')
  return list === -1 ? steps : steps.slice(0, list)
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, step) => (isRecord(node) ? node[step] : undefined), value)
}

/** With `value` at the path, or without what stood there where it is undefined. */
function replaced(node: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value
  if (!isRecord(node)) return node
  const { [step]: below, ...others } = node
  const changed = replaced(below, rest, value)
  return changed === undefined ? others : { ...others, [step]: changed }
}

function isRecord(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

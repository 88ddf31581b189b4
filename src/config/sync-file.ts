/** Reads one sync file: text, references, inherited options, declaration. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SyncDraft } from './check-syncs.ts'
import { configErrors } from './errors.ts'
import { childOf, type Located, type LocatedMap, mergeTrees } from './located.ts'
import { nearest } from '../model/nearest.ts'
import { laterPushOptions } from './options/later-options.ts'
import { pushOptions } from './options/push-options.ts'
import { parseYaml } from './parse-yaml.ts'
import { type Problem, problem } from './problem.ts'
import { type ReferenceScope, resolveReferences } from './resolve-references.ts'
import type { SyncFile } from './sync-files.ts'
import { validateTree } from './validate-tree.ts'

export interface SyncInheritance {
  /** `defaults` of the project. */
  readonly defaults: LocatedMap | null
  /** `guards` of the environment. */
  readonly guards: Located | null
}

export interface ReadSync {
  /** Null when the options do not fit their declaration. */
  readonly draft: SyncDraft | null
  readonly problems: readonly Problem[]
}

export async function readSyncFile(
  { name, file }: SyncFile,
  inheritance: SyncInheritance,
  references: ReferenceScope,
): Promise<ReadSync> {
  let text: string
  try {
    text = await readFile(join(references.directory, file), 'utf8')
  } catch {
    const message = `The file ${file} can not be read.`
    return {
      draft: null,
      problems: [problem(configErrors.unreadable, { place: { file }, message })],
    }
  }
  const { tree, problems } = parseYaml(file, text)
  if (tree === null && problems.length > 0) return { draft: null, problems }
  if (tree?.kind !== 'map') return { draft: null, problems: [notAMapping(file)] }
  const type = typeProblem(tree)
  if (type !== null) return { draft: null, problems: [type] }
  const resolved = await resolveReferences(tree, references)
  const validated = validateTree(inherit(resolved.tree, inheritance), pushOptions, laterPushOptions)
  const all = [...resolved.problems, ...validated.problems]
  if (validated.value === null || resolved.problems.length > 0)
    return { draft: null, problems: all }
  return { draft: { name, options: validated.value, tree: validated.tree }, problems: [] }
}

/** The sync's own options win over the project's defaults; an environment's guards win over both. */
function inherit(tree: LocatedMap, { defaults, guards }: SyncInheritance): LocatedMap {
  const base = { ...tree, entries: defaults?.entries ?? new Map() }
  const own = mergeTrees(base, tree)
  if (own.kind !== 'map') return tree
  if (guards === null) return own
  const over = { ...tree, entries: new Map([['guards', { place: guards.place, value: guards }]]) }
  const all = mergeTrees(own, over)
  return all.kind === 'map' ? all : tree
}

function notAMapping(file: string): Problem {
  const place = { file, line: 1, column: 1 }
  const message = 'The file holds no sync.'
  return problem(configErrors.type, {
    place,
    message,
    expected: 'a mapping that begins with `type: push`',
  })
}

/** The direction decides which options there are, so nothing else is looked at without it. */
function typeProblem(tree: LocatedMap): Problem | null {
  const node = childOf(tree, 'type')
  const type = node?.kind === 'scalar' ? node.value : null
  if (type === 'push') return null
  if (type === 'pull') {
    const message = '`pull` is not available in this version.'
    const place = node?.place ?? tree.place
    return problem(configErrors.unsupported, { place, message, expected: 'push', found: 'pull' })
  }
  const place = { ...(node ?? tree).place, path: 'type' }
  if (typeof type !== 'string') {
    const message = '`type` is missing.'
    return problem(configErrors.missing, { place, message, expected: 'push', found: 'nothing' })
  }
  const message = '`type` does not accept this value.'
  const meant = nearest(type, ['push'])
  return problem(configErrors.value, {
    place,
    message,
    expected: 'push',
    found: type,
    nearest: meant,
  })
}

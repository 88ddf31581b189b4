/** Reads one sync file: text, references, inherited options, declaration. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SyncDraft } from './check-syncs.ts'
import { configErrors } from '../errors.ts'
import { childOf, type Located, type LocatedMap, mergeTrees } from '../yaml/located.ts'
import { nearest } from '../../model/nearest.ts'
import { type SyncType, syncTypes } from '../../model/sync.ts'
import { knownPart } from '../validation/known-part.ts'
import { syncDeclarations, type SyncOptions } from '../options/sync-options.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { type Problem, problem } from '../problem.ts'
import type { Redactor } from '../references/redactor.ts'
import { type ReferenceScope, resolveReferences } from '../references/resolve-references.ts'
import { rightParts } from '../validation/right-parts.ts'
import { type SchemaNode, schemaNode } from '../validation/schema-node.ts'
import { secretValues } from '../validation/secrets.ts'
import type { SyncFile } from './sync-files.ts'
import { validateTree } from '../validation/validate-tree.ts'

export interface SyncInheritance {
  /** `defaults` of the project. */
  readonly defaults: LocatedMap | null
  /** `guards` of the environment. */
  readonly guards: Located | null
}

export interface ReadSync {
  /** Null when too little of the options fits their declaration. */
  readonly draft: SyncDraft | null
  readonly problems: readonly Problem[]
}

export async function readSyncFile(
  { name, file }: SyncFile,
  inheritance: SyncInheritance,
  references: ReferenceScope,
  redactor: Redactor,
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
  const type = directionOf(tree)
  if (typeof type !== 'string') return { draft: null, problems: [...problems, type] }
  const options = syncDeclarations[type]
  const schema = schemaNode(options)
  const resolved = await resolveReferences(tree, references)
  for (const secret of secretValues(resolved.tree, schema)) redactor.add(secret)
  const validated = validateTree(inherit(resolved.tree, schema, inheritance), options)
  const all = [...problems, ...resolved.problems, ...validated.problems]
  const right = rightParts<SyncOptions>(validated.tree, options, all, standIns[type])
  if (right.value === null) return { draft: null, problems: all }
  const { value, isRight } = right
  return { draft: { name, options: value, tree: validated.tree, isRight }, problems: all }
}

/** For what no sync can do without, where it is missing or wrong. */
const standIns: Readonly<Record<SyncType, object>> = {
  push: {
    from: { connection: '-', table: '-', key: '-' },
    to: { connection: '-', object: '-' },
  },
  pull: { from: { connection: '-' }, to: { connection: '-', schema: '-' } },
}

/**
 * The sync's own options win over the project's defaults; an environment's guards win over both. Of what a sync
 * inherits only that is taken which its direction has: the two share `defaults` and guards, and whoever writes them for
 * one must not break the other. A slip in them is found in `syncline.yaml` itself.
 */
function inherit(
  tree: LocatedMap,
  schema: SchemaNode,
  { defaults, guards }: SyncInheritance,
): LocatedMap {
  const inherited = new Map(defaults?.entries)
  const base = knownPart({ ...tree, entries: inherited }, schema)
  const own = mergeTrees(base, tree)
  if (own.kind !== 'map') return tree
  if (guards === null) return own
  const over = { ...tree, entries: new Map([['guards', { place: guards.place, value: guards }]]) }
  const all = mergeTrees(own, knownPart(over, schema))
  return all.kind === 'map' ? all : tree
}

function notAMapping(file: string): Problem {
  const place = { file, line: 1, column: 1 }
  const message = 'The file holds no sync.'
  return problem(configErrors.type, {
    place,
    message,
    expected: `a mapping that begins with \`type: ${syncTypes.join('` or `type: ')}\``,
  })
}

/** The direction decides which options there are, so nothing else is looked at without it. */
function directionOf(tree: LocatedMap): SyncType | Problem {
  const node = childOf(tree, 'type')
  const written = node?.kind === 'scalar' ? node.value : null
  const known = syncTypes.find((one) => one === written)
  if (known !== undefined) return known
  const place = { ...(node ?? tree).place, path: 'type' }
  const expected = syncTypes.join(' or ')
  if (typeof written !== 'string') {
    const message = '`type` is missing.'
    return problem(configErrors.missing, { place, message, expected, found: 'nothing' })
  }
  return problem(configErrors.value, {
    place,
    message: '`type` does not accept this value.',
    expected,
    found: written,
    nearest: nearest(written, syncTypes),
  })
}

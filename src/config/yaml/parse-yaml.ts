/**
 * YAML 1.2 text to a located tree, with every syntax error at its line and column. The sentences
 * are ours: the parser's own quote the source, which may hold a secret.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import type { Place } from '../../model/error.ts'
import { configErrors } from '../errors.ts'
import type { Located, LocatedEntry } from './located.ts'
import { type Problem, problem } from '../problem.ts'
import { syntaxMessage } from './syntax-message.ts'

export interface ParsedYaml {
  /** Null where the file has no content that could be a tree. */
  readonly tree: Located | null
  readonly problems: readonly Problem[]
}

/** Deeper nesting, or aliases that expand to more, is an attack and no configuration. */
const maxDepth = 32
const maxNodes = 100_000

export function parseYaml(file: string, text: string): ParsedYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
  })
  const reader = new TreeReader(file, document, lines)
  const faults = [...document.errors, ...document.warnings]
  const told = new Set<number>()
  for (const fault of faults) {
    const duplicate = fault.code === 'DUPLICATE_KEY'
    const offset = fault.pos[0]
    // Further faults on a line that can not be read are echoes of the first.
    const line = lines.linePos(offset).line
    if (told.has(line) && !duplicate) continue
    told.add(line)
    const factory = duplicate ? configErrors.duplicate_key : configErrors.syntax
    const found = duplicate ? keyText(text, offset) : null
    reader.report(offset, '', {
      factory,
      message: syntaxMessage(fault.code),
      found,
      ...hintFor(text, offset),
    })
  }
  if (faults.length > 0) return { tree: null, problems: reader.problems }
  const contents = document.contents
  const tree = contents === null ? null : reader.read(contents, '', 0)
  return { tree: reader.problems.length > 0 ? null : tree, problems: reader.problems }
}

class TreeReader {
  readonly problems: Problem[] = []
  readonly #file: string
  readonly #document: Document
  readonly #lines: LineCounter
  #nodes = 0

  constructor(file: string, document: Document, lines: LineCounter) {
    this.#file = file
    this.#document = document
    this.#lines = lines
  }

  report(
    offset: number,
    path: string,
    fault: {
      readonly factory: typeof configErrors.syntax
      readonly message: string
      readonly found?: string | null
      readonly remedy?: string
    },
  ): void {
    const { factory, ...details } = fault
    this.problems.push(problem(factory, { place: this.#place(offset, path), ...details }))
  }

  read(node: Node, path: string, depth: number): Located | null {
    const offset = node.range?.[0] ?? 0
    const place = this.#place(offset, path)
    if (depth > maxDepth || ++this.#nodes > maxNodes) {
      const message = 'This is nested deeper, or expands to more, than a configuration can be.'
      if (this.problems.length === 0)
        this.report(offset, path, { factory: configErrors.syntax, message })
      return null
    }
    if (isAlias(node)) return this.#readAlias(node.resolve(this.#document), offset, path, depth)
    if (isMap(node)) return this.#readMap(node, place, path, depth)
    if (isSeq<Node>(node)) {
      const items = node.items.map((one, index) => this.read(one, join(path, index), depth + 1))
      return { kind: 'list', items: items.filter((one) => one !== null), place }
    }
    if (!isScalar(node)) return null
    const plain = node.type === undefined || node.type === 'PLAIN'
    const source = node.source ?? ''
    return {
      kind: 'scalar',
      value: scalarValue(node.value, source),
      source: plain ? source : String(node.value),
      quoted: !plain,
      resolved: false,
      place,
    }
  }

  #readAlias(
    target: Node | undefined,
    offset: number,
    path: string,
    depth: number,
  ): Located | null {
    if (target !== undefined) {
      const tree = this.read(target, path, depth + 1)
      return tree === null ? null : { ...tree, place: this.#place(offset, path) }
    }
    const message = 'This alias names an anchor that does not stand before it.'
    this.report(offset, path, { factory: configErrors.syntax, message })
    return null
  }

  #readMap(node: YAMLMap, place: Place, path: string, depth: number): Located {
    const entries = new Map<string, LocatedEntry>()
    for (const pair of node.items) {
      const { key, value } = pair
      if (!isScalar(key)) {
        const message = 'A key must be a plain text.'
        this.report(node.range?.[0] ?? 0, path, { factory: configErrors.syntax, message })
        continue
      }
      // `1:` and `true:` are names like any other here.
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
      const keyOffset = key.range?.[0] ?? 0
      const below = join(path, name)
      const written = isEmpty(value) ? null : (value as Node)
      const child = written === null ? null : this.read(written, below, depth + 1)
      if (written !== null && child === null) continue
      const empty = {
        kind: 'scalar',
        value: null,
        source: '',
        quoted: false,
        resolved: false,
      } as const
      const keyPlace = this.#place(keyOffset, below)
      entries.set(name, { place: keyPlace, value: child ?? { ...empty, place: keyPlace } })
    }
    return { kind: 'map', entries, place }
  }

  #place(offset: number, path: string): Place {
    const { line, col } = this.#lines.linePos(offset)
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1), path }
  }
}

function scalarValue(value: unknown, source: string): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  return value === null ? null : source
}

/** Nothing stands after the colon; the parser puts its place somewhere behind it. */
function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null && !value.source)
}

/** The one trap that our own notation lays: braces mean something else inside braces. */
function hintFor(text: string, offset: number): { readonly remedy?: string } {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const line = text.slice(start).split('\n', 1)[0] ?? ''
  if (!/[{[].*\$\{/.test(line)) return {}
  return { remedy: 'Inside { } and [ ], put a text that holds ${…} in quotes.' }
}

function keyText(text: string, offset: number): string {
  return /^[^\s:]+/.exec(text.slice(offset))?.[0] ?? ''
}

function join(path: string, step: string | number): string {
  return path === '' ? String(step) : `${path}.${step}`
}

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
  type YAMLError,
  type YAMLMap,
  type YAMLWarning,
} from 'yaml'
import type { Place } from '../../model/error.ts'
import { configErrors } from '../errors.ts'
import { sortProblems } from '../format-problems.ts'
import { type Located, type LocatedEntry, mergeTrees } from './located.ts'
import { type Problem, problem } from '../problem.ts'
import { syntaxMessage } from './syntax-message.ts'

export interface ParsedYaml {
  /** Null where the file has no content that could be a tree. One with problems serves to find further ones alone. */
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
    // The reader finds them, with their paths, and goes on.
    uniqueKeys: false,
  })
  const reader = new TreeReader(file, document, lines)
  const { contents } = document
  const tree = contents === null ? null : reader.read(contents, '', 0)
  const { problems, duplicates } = reader
  const faults = [...document.errors, ...document.warnings]
  // A text with such faults means something else than what was read of it; but what stands twice stands twice.
  if (faults.length > 0) {
    const syntax = syntaxProblems(text, faults, (offset) => placeOf(file, lines, offset, ''))
    return { tree: null, problems: sortProblems([...syntax, ...duplicates]) }
  }
  return { tree: problems.length > 0 ? null : tree, problems: [...problems, ...duplicates] }
}

function syntaxProblems(
  text: string,
  faults: readonly (YAMLError | YAMLWarning)[],
  placeAt: (offset: number) => Place,
): readonly Problem[] {
  const told = new Set<number | undefined>()
  return faults.flatMap((fault) => {
    const place = placeAt(fault.pos[0])
    // Further faults on a line that can not be read are echoes of the first.
    if (told.has(place.line)) return []
    told.add(place.line)
    const details = { place, message: syntaxMessage(fault.code), ...hintFor(text, fault.pos[0]) }
    return [problem(configErrors.syntax, details)]
  })
}

function placeOf(file: string, lines: LineCounter, offset: number, path: string): Place {
  const { line, col } = lines.linePos(offset)
  return { file, line: Math.max(line, 1), column: Math.max(col, 1), path }
}

class TreeReader {
  /** What can not be read as a tree. */
  readonly problems: Problem[] = []
  /** Keys that stand twice. */
  readonly duplicates: Problem[] = []
  readonly #file: string
  readonly #document: Document
  readonly #lines: LineCounter
  #nodes = 0

  constructor(file: string, document: Document, lines: LineCounter) {
    this.#file = file
    this.#document = document
    this.#lines = lines
  }

  read(node: Node, path: string, depth: number): Located | null {
    const offset = node.range?.[0] ?? 0
    const place = this.#place(offset, path)
    if (depth > maxDepth || ++this.#nodes > maxNodes) {
      const message = 'This is nested deeper, or expands to more, than a configuration can be.'
      if (this.problems.length === 0) this.#refuse(place, message)
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
    this.#refuse(this.#place(offset, path), message)
    return null
  }

  #readMap(node: YAMLMap, place: Place, path: string, depth: number): Located {
    const entries = new Map<string, LocatedEntry>()
    for (const pair of node.items) {
      const { key, value } = pair
      if (!isScalar(key)) {
        const message = 'A key must be a plain text.'
        this.#refuse(place, message)
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
      const found = child ?? { ...empty, place: keyPlace }
      const earlier = entries.get(name)
      if (earlier !== undefined) this.#refuseTwice(keyPlace, name)
      // Both are kept, so that what names a part of either is not wrong as well.
      const whole = earlier === undefined ? found : mergeTrees(earlier.value, found)
      entries.set(name, { place: keyPlace, value: whole })
    }
    return { kind: 'map', entries, place }
  }

  #refuse(place: Place, message: string): void {
    this.problems.push(problem(configErrors.syntax, { place, message }))
  }

  /** A mapping is read once more for each alias of it. */
  #refuseTwice(place: Place, found: string): void {
    const isTold = this.duplicates.some(
      ({ line, column }) => line === place.line && column === place.column,
    )
    if (isTold) return
    const message = 'This key stands twice in the same mapping.'
    this.duplicates.push(problem(configErrors.duplicate_key, { place, message, found }))
  }

  #place(offset: number, path: string): Place {
    return placeOf(this.#file, this.#lines, offset, path)
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

function join(path: string, step: string | number): string {
  return path === '' ? String(step) : `${path}.${step}`
}

/** What core/ must not do: ask the clock, chance, the machine or the network, or wait for anything. */
import { parseSync } from 'vite'
import { lineOf } from './source-files.ts'

const impureGlobals = new Set([
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'globalThis',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'Promise',
  'WebSocket',
  'Worker',
])

/** Answers depend on the machine's time zone or language. */
const localMembers = new Set([
  'getDate',
  'getDay',
  'getFullYear',
  'getHours',
  'getMilliseconds',
  'getMinutes',
  'getMonth',
  'getSeconds',
  'getTimezoneOffset',
  'localeCompare',
  'toLocaleDateString',
  'toLocaleLowerCase',
  'toLocaleString',
  'toLocaleTimeString',
  'toLocaleUpperCase',
])

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

/** One line per impurity: `path:line: what`. */
export function impurities(path: string, text: string): readonly string[] {
  const found: string[] = []
  visit(parseSync(path, text).program, null, '')
  return found

  function visit(value: unknown, parent: Node | null, key: string): void {
    if (Array.isArray(value)) {
      for (const one of value) visit(one, parent, key)
      return
    }
    if (!isNode(value)) return
    const what = impurityOf(value, parent, key)
    if (what !== null) found.push(`${path}:${lineOf(text, value.start)}: ${what}`)
    for (const [name, child] of Object.entries(value)) visit(child, value, name)
  }
}

function impurityOf(node: Node, parent: Node | null, key: string): string | null {
  if (node.type === 'AwaitExpression') return 'await'
  if (node['async'] === true) return 'async'
  if (node.type === 'ForOfStatement' && node['await'] === true) return 'for await'
  if (node.type === 'MemberExpression') return impureMember(node)
  if (isNamed(node['callee'], 'Date')) return impureDate(node)
  if (node.type === 'Identifier' && isReference(parent, key)) {
    const name = String(node['name'])
    return impureGlobals.has(name) ? name : null
  }
  return null
}

function impureMember(node: Node): string | null {
  const property = node['property']
  if (isNamed(node['object'], 'Math') && isNamed(property, 'random')) return 'Math.random'
  if (isNamed(node['object'], 'Date') && isNamed(property, 'now')) return 'Date.now'
  const name = isNode(property) ? String(property['name']) : ''
  return localMembers.has(name) ? `.${name}` : null
}

/** `new Date(text)` is a value like any other; without argument, or without `new`, it is the clock. */
function impureDate(node: Node): string | null {
  const given = node['arguments']
  const hasArgument = Array.isArray(given) && given.length > 0
  return node.type === 'NewExpression' && hasArgument ? null : 'the current Date'
}

/** False for names of members, keys and types, which only look like the global. */
function isReference(parent: Node | null, key: string): boolean {
  if (parent === null) return true
  if (parent.type.startsWith('TS')) return false
  if (parent['computed'] === true) return true
  if (parent.type === 'MemberExpression') return key === 'object'
  return key !== 'key'
}

function isNamed(value: unknown, name: string): boolean {
  return isNode(value) && value.type === 'Identifier' && value['name'] === name
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

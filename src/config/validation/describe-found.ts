/** What stands in the file, in words, without ever showing a secret or what a reference gave. */
import type { Located } from '../yaml/located.ts'

const longest = 60

export function describeFound(node: Located | null, secret = false): string {
  if (node === null) return 'nothing'
  if (node.kind === 'map') return 'a mapping'
  if (node.kind === 'list') return 'a list'
  if (node.value === null) return node.source === '' ? 'nothing' : 'null'
  if (secret && !node.resolved) return 'a text that is secret'
  const text = node.source.length > longest ? `${node.source.slice(0, longest)}…` : node.source
  if (node.resolved) return text
  switch (typeof node.value) {
    case 'string':
      return `the text "${text}"`
    case 'number':
      return `the number ${text}`
    default:
      return text
  }
}

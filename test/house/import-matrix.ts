/**
 * The walls of the one package, as data: which part of src/ may import which. ARCHITECTURE.md shows
 * this table to people, and a test keeps the two the same.
 */
import { posix } from 'node:path'
import type { Import } from './source-files.ts'

export interface Layer {
  /** A folder or file under src/; of several that contain a file the longest decides. */
  readonly path: string
  /** What it may import besides itself: folders or files under src/. */
  readonly may: readonly string[]
  /** Whether it may import Node's modules and npm packages. */
  readonly packages: boolean
}

const connectorSeam = [
  'connector/connector.ts',
  'connector/source.ts',
  'connector/write.ts',
  'connector/http/transport.ts',
  'connector/http/budget.ts',
]
const warehouseSeam = ['warehouse/warehouse.ts', 'warehouse/errors.ts']
const ledgerSeam = ['ledger/ledger.ts', 'ledger/errors.ts']
const journalSeam = ['journal/journal.ts', 'journal/errors.ts']
const sandboxSeam = ['sandbox/sandbox.ts']
/** What the engine and the conformance suites see of the outside. */
export const seams: readonly string[] = [
  ...connectorSeam,
  ...warehouseSeam,
  ...ledgerSeam,
  ...journalSeam,
  ...sandboxSeam,
]
const parts = [
  'core',
  'config',
  'connector',
  'warehouse',
  'ledger',
  'journal',
  'sandbox',
  'engine',
  'simulator',
]

export const layers: readonly Layer[] = [
  { path: 'model', may: [], packages: false },
  { path: 'core', may: ['model'], packages: false },
  { path: 'config', may: ['model'], packages: true },
  { path: 'connector', may: ['model', 'core/change'], packages: true },
  { path: 'warehouse', may: ['model', 'core/sql'], packages: true },
  { path: 'store', may: ['model'], packages: true },
  { path: 'ledger', may: ['model', 'store'], packages: true },
  { path: 'journal', may: ['model', 'store'], packages: true },
  { path: 'sandbox', may: ['model'], packages: true },
  { path: 'engine', may: ['model', 'core', ...seams], packages: true },
  { path: 'app', may: ['model', ...parts], packages: true },
  { path: 'server', may: ['model', 'config', 'app'], packages: true },
  { path: 'cli', may: ['model', 'config', 'simulator', 'app', 'server'], packages: true },
  { path: 'simulator', may: ['model'], packages: true },
  { path: 'testing', may: ['model', 'core/sql', ...seams], packages: true },
  { path: 'index.ts', may: ['model', ...parts, 'app'], packages: true },
]

/** `path` and what it imports resolved are both from the root: `src/core/a.ts`. */
export function breaches(path: string, imports: readonly Import[]): readonly string[] {
  const layer = layerOf(path)
  if (layer === undefined) return [`${path}: belongs to no layer of the import matrix`]
  return imports
    .filter(({ specifier }) => !isAllowed(layer, path, specifier))
    .map(({ specifier, line }) => `${path}:${line}: ${layer.path} may not import ${specifier}`)
}

function isAllowed(layer: Layer, path: string, specifier: string): boolean {
  if (!specifier.startsWith('.')) return layer.packages
  const target = posix.join(posix.dirname(path), specifier)
  return [layer.path, ...layer.may].some((allowed) => isWithin(target, `src/${allowed}`))
}

export function layerOf(path: string): Layer | undefined {
  return layers
    .filter((layer) => isWithin(path, `src/${layer.path}`))
    .toSorted((a, b) => b.path.length - a.path.length)[0]
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`)
}

/** Siblings that must not know each other: one folder per CRM, per warehouse, per database of ours. */
export const siblingFolders = ['connector', 'warehouse', 'store', 'ledger', 'journal'] as const

/** Folders that serve all siblings. */
const sharedFolders = [
  'connector/http',
  'connector/oauth',
  'ledger/migrations',
  'journal/migrations',
]

/** Imports from one sibling's folder into another's. */
export function siblingBreaches(path: string, imports: readonly Import[]): readonly string[] {
  const own = siblingOf(path)
  if (own === null) return []
  return imports
    .map(({ specifier, line }) => ({ specifier, line, other: siblingOfImport(path, specifier) }))
    .filter(({ other }) => other !== null && folderOf(other) !== folderOf(own))
    .map(({ line, other }) => `${path}:${line}: ${own} may not know ${other}`)
}

/** Of two families the same folder is about the same outside system, and may build on the other's. */
function folderOf(sibling: string): string | undefined {
  return sibling.split('/')[1]
}

function siblingOfImport(path: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  return siblingOf(posix.join(posix.dirname(path), specifier))
}

function siblingOf(path: string): string | null {
  const [, family, folder, ...rest] = path.split('/')
  if (family === undefined || folder === undefined || rest.length === 0) return null
  const sibling = `${family}/${folder}`
  const counts = siblingFolders.some((one) => one === family) && !sharedFolders.includes(sibling)
  return counts ? sibling : null
}

/**
 * The packages that a user of the published package gets, found by walking package-lock.json from
 * the root's own dependencies, so that the answer is the same on every platform.
 */
export interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly os?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface Lockfile {
  /** By folder; the root is `''`. */
  readonly packages: Readonly<Record<string, LockedPackage>>
}

export interface ProductionPackage {
  readonly name: string
  readonly version: string
  /** Where it is installed, e.g. `node_modules/a/node_modules/b`. */
  readonly folder: string
  /** The lockfile's licence expression; null where it holds none. */
  readonly license: string | null
  /** For binaries of one platform: the package that asks for them. Null for all others. */
  readonly platformOf: string | null
}

/** Sorted by name and folder. Throws where the lockfile misses something it needs. */
export function productionPackages(lockfile: Lockfile): readonly ProductionPackage[] {
  const found = new Map<string, ProductionPackage>()
  visit('', null)
  return [...found.values()].toSorted(byNameAndFolder)

  function visit(folder: string, requiredBy: string | null): void {
    const entry = lockfile.packages[folder]
    if (entry === undefined) throw new Error(`package-lock.json has no entry for "${folder}"`)
    const name = nameOf(folder)
    if (folder !== '') found.set(folder, describe(folder, entry, requiredBy))
    for (const dependency of Object.keys(entry.dependencies ?? {})) {
      follow(folder, dependency, name, true)
    }
    for (const dependency of Object.keys(entry.optionalDependencies ?? {})) {
      follow(folder, dependency, name, false)
    }
  }

  function follow(from: string, dependency: string, name: string, needed: boolean): void {
    const folder = resolveFrom(from, dependency, lockfile)
    if (folder === null && needed)
      throw new Error(`${name} needs ${dependency}, which is not locked`)
    if (folder !== null && !found.has(folder)) visit(folder, name)
  }
}

function describe(
  folder: string,
  entry: LockedPackage,
  requiredBy: string | null,
): ProductionPackage {
  return {
    name: nameOf(folder),
    version: entry.version ?? '',
    folder,
    license: entry.license ?? null,
    platformOf: entry.os === undefined ? null : requiredBy,
  }
}

/** Node's own search: the nearest `node_modules` upwards that has it. */
function resolveFrom(folder: string, dependency: string, lockfile: Lockfile): string | null {
  for (let from = folder; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    const candidate = `${from}${from === '' ? '' : '/'}node_modules/${dependency}`
    if (candidate in lockfile.packages) return candidate
    if (from === '') return null
  }
}

function nameOf(folder: string): string {
  if (folder === '') return ''
  const mark = 'node_modules/'
  return folder.slice(folder.lastIndexOf(mark) + mark.length)
}

function byNameAndFolder(a: ProductionPackage, b: ProductionPackage): number {
  const [left, right] = [`${a.name} ${a.folder}`, `${b.name} ${b.folder}`]
  return left < right ? -1 : Number(left > right)
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Lockfile, productionPackages } from '../../scripts/production-packages.ts'
import { thirdPartyNotices } from '../../scripts/third-party-notices.ts'
import { isPermissive } from './licences.ts'
import { readProjectFile, root } from './source-files.ts'

const lockfile = JSON.parse(readProjectFile('package-lock.json')) as Lockfile
const production = productionPackages(lockfile)

describe('runtime dependencies', () => {
  it('have permissive licences, by the lockfile', () => {
    expect(production.length).toBeGreaterThan(10)
    const others = production.filter((one) => one.license === null || !isPermissive(one.license))
    expect(others).toEqual([])
  })

  it('have permissive licences, by what they say of themselves', () => {
    const installed = production.filter((one) => existsSync(join(root, one.folder)))
    expect(installed.length).toBeGreaterThan(10)
    const others = installed.filter((one) => !isPermissive(licenceField(one.folder)))
    expect(others).toEqual([])
  })

  it.each([
    ['GPL-3.0-only', false],
    ['AGPL-3.0', false],
    ['LGPL-2.1-or-later', false],
    ['MPL-2.0', false],
    ['MIT AND GPL-2.0-only', false],
    ['UNLICENSED', false],
    ['', false],
    ['(MIT OR GPL-2.0-only)', true],
    ['Apache-2.0', true],
  ])('with %s: allowed is %s', (expression, allowed) => {
    expect(isPermissive(expression)).toBe(allowed)
  })

  it('are all named in THIRD-PARTY-NOTICES.md (written by `npm run notices`)', () => {
    expect(readProjectFile('THIRD-PARTY-NOTICES.md')).toBe(thirdPartyNotices(root))
  })
})

describe('package-lock.json', () => {
  const platforms = ['linux', 'darwin', 'win32'].flatMap((os) => [`${os}-x64`, `${os}-arm64`])

  it.each(platforms)('holds the DuckDB binaries for %s', (platform) => {
    const version = lockfile.packages['node_modules/@duckdb/node-bindings']?.version
    const binary = lockfile.packages[`node_modules/@duckdb/node-bindings-${platform}`]
    expect(version).toBeDefined()
    expect(binary).toMatchObject({ version, optional: true, integrity: expect.any(String) })
  })

  it('asks for the very dependencies that package.json asks for', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readProjectFile('package.json'),
    ) as object & Record<string, unknown>
    expect(lockfile.packages['']).toMatchObject({ dependencies, devDependencies })
  })

  it('names no place that packages come from', () => {
    const resolved = Object.entries(lockfile.packages).filter(([, entry]) => 'resolved' in entry)
    expect(resolved.map(([folder]) => folder)).toEqual([])
  })
})

function licenceField(folder: string): string {
  const described = JSON.parse(readProjectFile(`${folder}/package.json`)) as { license?: string }
  return described.license ?? ''
}

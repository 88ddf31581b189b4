import { describe, expect, it } from 'vitest'
import { productionPackages } from './production-packages.ts'

const packages = {
  '': { dependencies: { a: '1', b: '1' } },
  'node_modules/a': { version: '1.0.0', license: 'MIT', dependencies: { c: '2' } },
  'node_modules/a/node_modules/c': { version: '2.0.0', dependencies: { '@x/d': '1' } },
  'node_modules/b': { version: '1.1.0', optionalDependencies: { 'b-win32': '1', 'b-none': '1' } },
  'node_modules/b-win32': { version: '1.1.0', os: ['win32'] },
  'node_modules/c': { version: '1.0.0', license: 'GPL-3.0' },
  'node_modules/@x/d': { version: '1.0.0', dependencies: { a: '1' } },
}

describe('productionPackages', () => {
  it('follows the nested copy and leaves out what only development needs', () => {
    const found = productionPackages({ packages })
    expect(found.map((one) => `${one.name}@${one.version}`)).toEqual([
      '@x/d@1.0.0',
      'a@1.0.0',
      'b@1.1.0',
      'b-win32@1.1.0',
      'c@2.0.0',
    ])
  })

  it('says which package a platform binary belongs to', () => {
    const found = productionPackages({ packages })
    expect(found.find((one) => one.name === 'b-win32')?.platformOf).toBe('b')
    expect(found.find((one) => one.name === 'a')?.platformOf).toBeNull()
  })

  it('refuses a lockfile that misses a needed package', () => {
    const { 'node_modules/@x/d': _gone, ...rest } = packages
    expect(() => productionPackages({ packages: rest })).toThrow('c needs @x/d')
  })
})

import { describe, expect, it } from 'vitest'
import { impurities } from './purity.ts'
import { productFiles, readProjectFile } from './source-files.ts'

describe('core/', () => {
  it('asks neither clock nor chance nor machine, and waits for nothing', () => {
    const files = productFiles().filter((path) => path.startsWith('src/core/'))
    expect(files).toContain('src/core/sql/statement.ts')
    expect(files.flatMap((path) => impurities(path, readProjectFile(path)))).toEqual([])
  })

  it.each([
    ['Date.now()', 'Date.now'],
    ['new Date()', 'the current Date'],
    ['Date()', 'the current Date'],
    ['new Date(0).getHours()', '.getHours'],
    ['Math.random()', 'Math.random'],
    ['process.env.HOME', 'process'],
    ['globalThis.process', 'globalThis'],
    ['fetch("x")', 'fetch'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['const o = { process }', 'process'],
    ['async () => 1', 'async'],
    ['class A { async f() {} }', 'async'],
    ['"a".localeCompare("b")', '.localeCompare'],
    ['new Promise(f)', 'Promise'],
  ])('may not say %s', (text, what) => {
    expect(impurities('x.ts', text)).toContain(`x.ts:1: ${what}`)
  })

  it('may not await at the top of a module', () => {
    expect(impurities('x.ts', 'export {}\nawait f()')).toEqual(['x.ts:2: await'])
  })

  it.each([
    'new Date(0).getUTCHours()',
    'const o = { process: 1 }; o.process',
    'interface A { fetch(): void; readonly performance: number }',
    '// Date.now()\nconst a = "Math.random()"',
  ])('may say %s', (text) => {
    expect(impurities('x.ts', text)).toEqual([])
  })
})

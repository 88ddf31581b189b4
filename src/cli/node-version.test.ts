import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { wrongNode } from './node-version.ts'

it.each(['20.19.0', '22.14.0', '23.11.1'])('Node %s is too old, and told so', (version) => {
  expect(wrongNode(version)).toContain(`this is Node ${version}`)
})

it.each(['24.0.0', '26.1.0'])('Node %s will do', (version) => {
  expect(wrongNode(version)).toBeNull()
})

it('is what the package asks for', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { engines } = JSON.parse(text) as { engines: { node: string } }
  expect(engines.node).toBe('>=24')
  expect(wrongNode('1.0.0')).toContain('needs Node 24 or newer')
})

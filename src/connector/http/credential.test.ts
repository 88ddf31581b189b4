import { describe, expect, it } from 'vitest'
import { credentialName } from './credential.ts'

describe('credentialName', () => {
  it('tells credentials apart without telling them', () => {
    expect(credentialName('pat-1')).not.toBe(credentialName('pat-2'))
    expect(credentialName('pat-1')).toMatch(/^[0-9a-f]{12}$/)
  })
})

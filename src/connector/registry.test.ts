import { describe, expect, it } from 'vitest'
import { connectors } from './registry.ts'

describe('the key of an object', () => {
  it.each([
    ['hubspot', ['contacts', 'Contact', '0-1']],
    ['hubspot', ['p123_cars', 'P123_Cars']],
    ['salesforce', ['Custom__c', 'custom__C']],
  ])('of %s is one for the names %j', (crm, names) => {
    expect(new Set(names.map((name) => connectors.get(crm)?.objectKey(name))).size).toBe(1)
  })

  it.each([
    ['hubspot', ['contacts', 'companies', '0-3', '2-17']],
    ['salesforce', ['Contact', 'Contact__c']],
  ])('of %s differs between the objects %j', (crm, names) => {
    const keys = new Set(names.map((name) => connectors.get(crm)?.objectKey(name)))
    expect(keys.size).toBe(names.length)
  })
})

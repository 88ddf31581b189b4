import { describe, expect, it } from 'vitest'
import { RequestFailure } from '../../connector/connector.ts'
import { namingLocalCrm } from './local-crm.ts'

const refused = new RequestFailure({ kind: 'unavailable', reason: 'refused', message: 'refused' })

describe('a local CRM that is not running', () => {
  it.each([
    ['hubspot', 'base_url', 4010, '`syncline simulate hubspot`'],
    [
      'pipedrive',
      'base_url',
      4012,
      '`syncline simulate pipedrive --state .syncline/local-pipedrive.json`',
    ],
    [
      'salesforce',
      'login_url',
      4011,
      '`syncline simulate salesforce --state .syncline/local-salesforce.json`',
    ],
    [
      'salesforce',
      'login_url',
      4010,
      '`syncline simulate salesforce --port 4010 --state .syncline/local-salesforce.json`',
    ],
  ])('%s at the %s of port %i is started with %s', (type, option, port, command) => {
    const connection = {
      name: 'crm',
      type,
      role: 'crm',
      syncTypes: ['push'],
      objects: null,
      options: { secret: 'x', [option]: `http://127.0.0.1:${port}` },
      production: false,
      maxCallsPerDay: null,
      writable: true,
      notWritableBecause: null,
    } as const
    expect(namingLocalCrm(connection, refused)).toMatchObject({
      code: 'app.local_crm',
      remedy: expect.stringContaining(command),
    })
  })
})

/** The project that docs/guides/salesforce.md shows, written to files and run as a person would. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inWarehouse } from '../../src/app/init/sample-warehouse.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import { noLimits } from '../../src/simulator/salesforce/request/api-limits.ts'
import { localUser } from '../../src/simulator/salesforce/salesforce.ts'
import { type SalesforceServer, serveSalesforce } from '../../src/simulator/salesforce/serve.ts'
import { runIn } from '../cli/cli-world.ts'
import { keyFields } from '../support/salesforce-world.ts'

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/salesforce.md'), 'utf8')

/** Blocks that begin with the path of a file, as a comment. */
const files = [...guide.matchAll(/```\w+\n(?:#|--) (\S+\.\w+)\n([^]*?)```/g)].map(
  ([, path = '', text = '']) => ({ path, text }),
)

let directory: string
let salesforce: SalesforceServer

beforeAll(async () => {
  salesforce = await serveSalesforce({ port: 0, limits: noLimits, state: { fields: keyFields } })
  directory = mkdtempSync(join(tmpdir(), 'syncline-salesforce-'))
  for (const { path, text } of files) {
    mkdirSync(join(directory, dirname(path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  const variables = [
    `SALESFORCE_URL=${salesforce.url}`,
    'SALESFORCE_CLIENT_ID=local',
    'SALESFORCE_CLIENT_SECRET=local-secret',
  ]
  writeFileSync(join(directory, '.env'), variables.join('\n'))
  await inWarehouse(directory, 'warehouse.duckdb', async (session) => {
    await session.execute(
      [
        `create table customers as select 'A-' || i as account_id, 'Account ' || i as name, 'Retail' as industry, 'Rome' as city, cast(i * 1000 as decimal(18, 0)) as revenue, cast(i as varchar) as phone, '${localUser}' as owner_email from range(1, 21) as t(i)`,
        `create table deals as select 'D-' || i as deal_id, 'Deal ' || i as name, 'Prospecting' as stage, date '2026-12-31' as closes_on, cast(i * 10 as decimal(18, 2)) as amount, 'A-' || (i % 20 + 1) as account_id from range(1, 41) as t(i)`,
      ].map((text) => statement(text)),
    )
  })
})

afterAll(async () => {
  await salesforce.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('the project of the guide', () => {
  it('is whole', () => {
    expect(files.map(({ path }) => path)).toEqual([
      'syncline.yaml',
      'syncs/accounts.yaml',
      'models/accounts.sql',
      'syncs/opportunities.yaml',
      'models/opportunities.sql',
    ])
  })

  it('passes the check', async () => {
    const { code, stdout } = await runIn(directory, ['check'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('may read and write Opportunity')])
  })

  it('pushes accounts, and opportunities to them', async () => {
    const { code, stdout, stderr } = await runIn(directory, ['run', '--all', '--first'])
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(stdout).toContain('20 delivered')
    expect(stdout).toContain('40 delivered')
    const { records } = salesforce.simulator.dump().state
    const parents = new Set(records['Opportunity']?.map(({ values }) => values['AccountId']))
    expect(parents).toEqual(new Set(records['Account']?.map(({ id }) => id)))
  })

  it('has nothing to do afterwards, and asks Salesforce nothing', async () => {
    const before = salesforce.simulator.calls()
    const { code } = await runIn(directory, ['run', '--all'])
    expect(code).toBe(0)
    expect(salesforce.simulator.calls()).toEqual(before)
  })

  it('is told how to make a unique field, which no program can make in Salesforce', async () => {
    const file = join(directory, 'syncs/accounts.yaml')
    const before = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      before.replace(/match: \{ \w+: (\w+) \}/, 'match: { Customer_Number__c: $1 }'),
    )
    const { stdout, stderr } = await runIn(directory, ['check', 'accounts', '--fix'])
    writeFileSync(file, before)
    expect(stdout + stderr).toContain('Create Customer_Number__c in the CRM (make a text field')
  })

  const ofKey = 'Read on the field Account.Account_Key__c'
  const ofReference = 'the field Opportunity.AccountId'
  it.each([
    [
      'an object that parents are of',
      { objects: { Account: [] } },
      ['opportunities'],
      ['Read on Account'],
    ],
    [
      'the parents’ key',
      { fields: { 'Account.Account_Key__c': 'none' } },
      ['opportunities'],
      [ofKey],
    ],
    [
      'the reference',
      { fields: { 'Opportunity.AccountId': 'read' } },
      [],
      [`Edit on ${ofReference}`],
    ],
    [
      'the reference at all',
      { fields: { 'Opportunity.AccountId': 'none' } },
      ['opportunities'],
      [`Read and Edit on ${ofReference}`],
    ],
    [
      'the object that it writes',
      { objects: { Opportunity: [] } },
      ['opportunities'],
      ['Read, Create and Edit on Opportunity'],
    ],
    [
      'an object that another sync writes, with more',
      { objects: { Account: [] } },
      [],
      ['Read, Create and Edit on Account'],
    ],
  ] as const)(
    'is told the very permission on %s, and nothing besides',
    async (_what, given, syncs, lacking) => {
      salesforce.simulator.seed({ permissions: { [localUser]: given } })
      const { code, stdout } = await runIn(directory, ['check', ...syncs])
      salesforce.simulator.seed({ permissions: { [localUser]: {} } })
      expect(code).not.toBe(0)
      expect(
        [...stdout.matchAll(/WRONG .* lacks (.*?),? (?:as|to) /g)].map(([, told]) => told),
      ).toEqual(lacking)
      expect(stdout.match(/WRONG/g)).toHaveLength(lacking.length)
      for (const permission of lacking) {
        expect(stdout).toContain(`Give the user ${permission} by a permission set.`)
      }
    },
  )

  it('is told once of an object that it may not even look parents up in', async () => {
    const file = join(directory, 'syncs/opportunities.yaml')
    const before = readFileSync(file, 'utf8')
    const lookup = 'AccountId: { column: account_id, lookup: Account.Account_Key__c }'
    writeFileSync(file, before.replace('Account.Account_Key__c: account_id', lookup))
    salesforce.simulator.seed({ permissions: { [localUser]: { objects: { Account: [] } } } })
    const { stdout } = await runIn(directory, ['check', 'opportunities'])
    salesforce.simulator.seed({ permissions: { [localUser]: {} } })
    writeFileSync(file, before)
    expect(stdout.match(/WRONG/g)).toHaveLength(1)
    expect(stdout).toContain('lacks Read on Account, as the user sees no such object')
  })

  it('is told which permission is missing', async () => {
    const given = { fields: { 'Account.Industry': 'read' } } as const
    salesforce.simulator.seed({ permissions: { [localUser]: given } })
    const { code, stdout } = await runIn(directory, ['check', 'accounts'])
    salesforce.simulator.seed({ permissions: { [localUser]: {} } })
    expect(code).not.toBe(0)
    expect(stdout.match(/WRONG/g)).toHaveLength(1)
    expect(stdout).toContain('lacks Edit on the field Account.Industry')
  })
})

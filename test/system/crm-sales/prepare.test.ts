import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Ended, ended } from '../scratch-project.ts'
import { example, prepareScript } from './site.ts'

function prepare(...flags: readonly string[]): Promise<Ended> {
  const env = {
    ...process.env,
    CRM_SALES_DATA: '',
    HUBSPOT_URL: 'http://127.0.0.1:9',
    HUBSPOT_ACCESS_TOKEN: 'none',
    SALESFORCE_URL: 'http://127.0.0.1:9',
    SALESFORCE_CLIENT_ID: 'none',
    SALESFORCE_CLIENT_SECRET: 'none',
    CRM_SALES_POSTGRES_URL: '',
  }
  return ended(spawn(process.execPath, [prepareScript, example, ...flags], { env }))
}

describe('the preparation of crm-sales', () => {
  it('says which variable is missing, and does nothing', async () => {
    const { code, stderr } = await prepare()
    expect(code).toBe(2)
    expect(stderr).toMatch(/^prepare: CRM_SALES_DATA is not set: it names the folder/)
    expect(existsSync(join(example, 'crm-sales.duckdb'))).toBe(false)
  })

  it('names the CRMs where another is asked for', async () => {
    expect(await prepare('--crm', 'pipedrive')).toMatchObject({
      code: 2,
      stderr: 'prepare: there is no CRM pipedrive; there are: hubspot, salesforce\n',
    })
  })
})

/** A push by jobs of the CRM's: each can be looked up there by the id that the command line tells. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localStateFiles } from '../../src/app/local/local-crm.ts'
import { readLocalSalesforce } from '../../src/app/local/local-salesforce-file.ts'
import { noLimits } from '../../src/simulator/salesforce/request/api-limits.ts'
import { type SalesforceServer, serveSalesforce } from '../../src/simulator/salesforce/serve.ts'
import { runIn, type Said } from './cli-world.ts'
import { golden } from './golden.ts'

let directory: string
let salesforce: SalesforceServer

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-jobs-'))
  salesforce = await serveSalesforce({ port: 0, limits: noLimits })
  await cli('init', '--to', 'salesforce', '--salesforce-url', salesforce.url)
  const { state = {} } = await readLocalSalesforce(join(directory, localStateFiles.salesforce))
  salesforce.simulator.seed(state)
  const sync = join(directory, 'syncs/customers.yaml')
  // What a condition is judged by would be stale when a job gets to it.
  const unconditional = readFileSync(sync, 'utf8').replace(', write: if_empty', '')
  writeFileSync(sync, `${unconditional}bulk_from: 50\n`)
  await cli('run', 'customers', '--first')
})

afterAll(async () => {
  await salesforce.close()
  rmSync(directory, { recursive: true, force: true })
})

function cli(...argv: readonly string[]): Promise<Said> {
  return runIn(directory, argv)
}

/** The only job there was. */
function job(): string {
  const { jobs } = salesforce.simulator.dump().state
  expect(jobs).toHaveLength(1)
  return jobs[0]?.spec.id ?? 'none'
}

const goldenFile = (name: string) => join(import.meta.dirname, '__golden__', `${name}.json.txt`)

describe('after a push by a job', () => {
  it('explain tells the job that a record was part of', async () => {
    const { stdout } = await cli('explain', 'customers', '3')
    expect(stdout).toMatch(new RegExp(`run \\S+: create delivered by job ${job()}\\n`))
  })

  it('runs and status tell the jobs of the run', async () => {
    const runs = await cli('runs')
    expect(runs.stdout).toMatch(new RegExp(`100 delivered; job ${job()}\\n`))
    const status = await cli('status')
    expect(status.stdout).toMatch(new RegExp(`succeeded, ended \\S+, by job ${job()}\\n`))
  })

  it.each([
    ['explain-job', ['explain', 'customers', '3']],
    ['runs-jobs', ['runs']],
  ])('tells the same in JSON: %s', async (file, argv) => {
    const { code, stdout } = await cli(...argv, '--json')
    expect(code).toBe(0)
    const same = golden(stdout.replaceAll(job(), '<job>'), directory)
    await expect(same).toMatchFileSnapshot(goldenFile(file))
  })
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalCrm, localCrms, type OpenLocalCrm } from '../../src/app/local/local-crms.ts'
import { lockFile } from '../../src/app/local/hubspot/file-lock.ts'
import { runIn, type Said } from './cli-world.ts'

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-scaffold-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const cli = (...argv: readonly string[]): Promise<Said> => runIn(directory, argv)

/** Where it may be served next, so that tests may run at the same time. */
async function freeAddress(crm: LocalCrm | undefined): Promise<string> {
  const free = await crm?.serve({ port: 0, file: null })
  await free?.close()
  return free?.url ?? ''
}

/** In this order: each test finds what those before it left. */
describe('a project made by init', () => {
  it('plans at once, without a HubSpot account or another process', async () => {
    const made = await cli('init')
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('\n  syncline plan\n')])
    const plan = await cli('plan')
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('100 to create')])
    expect((await cli('check')).code).toBe(0)
  })

  it('runs, and finds what it wrote again with the next command', async () => {
    expect((await cli('run', '--first')).stdout).toContain('outcome: 100 delivered')
    expect((await cli('verify')).stdout).toContain('100 records read back, all as confirmed')
    expect((await cli('run', '--json')).json).toMatchObject({
      syncs: [{ outcomes: { unchanged: 100 }, calls: { total: 0 } }],
    })
  })

  it('is refused its HubSpot while another process works with the file', async () => {
    const lock = lockFile(join(directory, '.syncline/local-hubspot.json'))
    const { code, stderr } = await cli('verify')
    lock.release()
    expect([code, stderr]).toEqual([5, expect.stringContaining('app.local_held')])
    expect((await cli('verify')).code).toBe(0)
  })

  it('reaches the real HubSpot in the environment prod, by one variable', async () => {
    const { code, stdout } = await cli('validate', '--env', 'prod')
    expect([code, stdout]).toEqual([2, expect.stringContaining('HUBSPOT_ACCESS_TOKEN')])
  })

  it('leaves the sample warehouse alone in the environment prod, which has none yet', async () => {
    writeFileSync(join(directory, '.env'), 'HUBSPOT_ACCESS_TOKEN=real-token\n')
    const { code, stderr } = await cli('plan', '--env', 'prod')
    rmSync(join(directory, '.env'))
    expect([code, stderr]).toEqual([2, expect.stringContaining('warehouse.missing_file')])
    expect(stderr).toContain('prod.duckdb')
  })
})

/** In this order, too. */
describe('a project made by init for Salesforce', () => {
  let folder: string
  const file = '.syncline/local-salesforce.json'
  const say = (...argv: readonly string[]): Promise<Said> => runIn(folder, argv)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'syncline-scaffold-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('says how its Salesforce is started, and leads there by the usual port', async () => {
    const made = await say('init', '--to', 'salesforce')
    expect([made.code, made.stdout]).toEqual([
      0,
      expect.stringContaining(`\n  syncline simulate salesforce --state ${file}\n`),
    ])
    expect(readFileSync(join(folder, 'syncline.yaml'), 'utf8')).toContain('http://127.0.0.1:4011')
    rmSync(folder, { recursive: true })
  })

  it('checks, plans and runs against the Salesforce that it came with', async () => {
    const [, salesforce] = localCrms
    const url = await freeAddress(salesforce)
    expect((await say('init', '--salesforce-url', url)).code).toBe(0)
    const waiting = await say('check')
    expect([waiting.code, waiting.stdout]).toEqual([
      3,
      expect.stringContaining(`simulate salesforce --port ${new URL(url).port} --state ${file}`),
    ])
    const server = await salesforce?.serve({
      port: Number(new URL(url).port),
      file: join(folder, file),
    })
    try {
      expect((await say('check')).stdout).toContain('everything is there')
      expect((await say('plan')).stdout).toContain('100 to create')
      expect((await say('run', '--first')).stdout).toContain('outcome: 100 delivered')
      expect((await say('run', '--json')).json).toMatchObject({
        syncs: [{ outcomes: { unchanged: 100 }, calls: { total: 0 } }],
      })
    } finally {
      await server?.close()
    }
  })

  it('reaches the real Salesforce in the environment prod, by its variables', async () => {
    const { code, stdout } = await say('validate', '--env', 'prod')
    expect([code, stdout]).toEqual([2, expect.stringContaining('SALESFORCE_CLIENT_SECRET')])
  })

  it.each([
    [
      ['--to', 'pipedrive'],
      'A new project pushes to hubspot or salesforce, not to pipedrive.\n  Say `syncline init --from pipedrive`.',
    ],
    [['--from', 'hubspot'], 'A new project pulls from pipedrive, not from hubspot.'],
    [['--from', 'pipedrive', '--to', 'hubspot'], 'A new project takes --to or --from, not both.'],
    [
      ['--from', 'pipedrive', '--hubspot-url', 'http://127.0.0.1:1'],
      '--hubspot-url is of no use for a project of pipedrive.',
    ],
    [
      ['--to', 'salesforce', '--hubspot-url', 'http://127.0.0.1:1'],
      '--hubspot-url is of no use for a project of salesforce.',
    ],
    [
      ['--hubspot-url', 'http://127.0.0.1:1', '--salesforce-url', 'http://127.0.0.1:1'],
      '--salesforce-url is of no use for a project of hubspot.',
    ],
  ])('is not made by init %j', async (flags, why) => {
    const { code, stderr } = await say('init', ...flags)
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)])
  })
})

/** In this order, too. */
describe('a project made by init that pulls', () => {
  let folder: string
  let server: OpenLocalCrm | undefined
  const file = '.syncline/local-pipedrive.json'
  const say = (...argv: readonly string[]): Promise<Said> => runIn(folder, argv)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'syncline-scaffold-'))
  })
  afterAll(async () => {
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('says how its Pipedrive is started, and leads there by the usual port', async () => {
    const made = await say('init', '--from', 'pipedrive')
    expect([made.code, made.stdout]).toEqual([
      0,
      expect.stringContaining(`\n  syncline simulate pipedrive --state ${file}\n`),
    ])
    expect(readFileSync(join(folder, 'syncline.yaml'), 'utf8')).toContain('http://127.0.0.1:4012')
    rmSync(folder, { recursive: true })
  })

  it('is valid, and checks when its Pipedrive is there', async () => {
    const pipedrive = localCrms.find(({ name }) => name === 'pipedrive')
    const url = await freeAddress(pipedrive)
    expect((await say('init', '--pipedrive-url', url)).code).toBe(0)
    expect((await say('validate')).stdout).toContain('environment dev: 1 good, 0 with errors')
    const waiting = await say('check')
    expect([waiting.code, waiting.stdout]).toEqual([
      3,
      expect.stringContaining(`simulate pipedrive --port ${new URL(url).port} --state ${file}`),
    ])
    server = await pipedrive?.serve({ port: Number(new URL(url).port), file: join(folder, file) })
    expect(await say('check')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('everything is there') as string,
    })
  })

  it('runs: each object has its records, and one of them its life', async () => {
    const first = await say('run', '--json')
    const records = { deals: 60, organizations: 10, persons: 40, users: 1, pipelines: 1, stages: 4 }
    expect(first.code).toBe(0)
    expect(first.json).toMatchObject({
      syncs: [
        {
          objects: Object.entries(records).map(([object, read]) => ({ object, read, added: read })),
        },
      ],
    })
    expect((await say('run', '--json')).json).toMatchObject({
      syncs: [{ drifted: 0, error: null }],
    })
    expect((await say('explain', 'crm', '1', '--object', 'deals')).stdout).toContain('"Deal 1"')
  })

  it('goes into a warehouse of its own in the environment prod, by its variables', async () => {
    const { code, stdout } = await say('validate', '--env', 'prod')
    expect([code, stdout]).toEqual([2, expect.stringContaining('PIPEDRIVE_API_TOKEN')])
    writeFileSync(
      join(folder, '.env'),
      'PIPEDRIVE_URL=https://acme.pipedrive.com\nPIPEDRIVE_API_TOKEN=t\n',
    )
    expect((await say('validate', '--env', 'prod')).code).toBe(0)
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadProject } from '../../config/project/load-project.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openLedger } from '../../ledger/open-ledger.ts'
import { type HubSpotServer, serveHubSpot } from '../../simulator/hubspot/serve.ts'
import { localToken } from '../../simulator/hubspot/hubspot.ts'
import { registries } from './registries.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

let hubspot: HubSpotServer
let folder: string
let ledger: Ledger

beforeEach(async () => {
  hubspot = await serveHubSpot({ port: 0 })
  folder = await mkdtemp(join(tmpdir(), 'syncline-workspace-'))
  const crm = { type: 'hubspot', base_url: hubspot.url, access_token: localToken }
  await writeFile(
    join(folder, 'syncline.yaml'),
    JSON.stringify({ version: 1, connections: { crm } }),
  )
  ledger = await openLedger({ kind: 'sqlite', file: join(folder, '.syncline/dev/state.db') })
})
afterEach(async () => {
  await ledger.close()
  await hubspot.close()
  await rm(folder, { recursive: true })
})

async function open(): Promise<Workspace> {
  const options = { directory: folder, environment: undefined, env: {}, ...registries }
  const { project, variables } = await loadProject(options)
  if (project === null) throw new Error('the project is wrong')
  return openWorkspace(project, variables)
}

describe('a workspace', () => {
  it('takes part in its connections’ rate budgets while it is open, under the name of its leases', async () => {
    const workspace = await open()
    const { crm } = await workspace.crm('crm')
    await crm.account()
    const [budget] = await ledger.budgets()
    expect(budget).toMatchObject({
      budget: expect.stringMatching(/^hubspot:burst:[0-9a-f]{12}$/),
      owners: [{ owner: workspace.owner }],
    })
    await workspace.close()
    const [left] = await ledger.budgets()
    const unowned = left?.unowned.reduce((sum, { count }) => sum + count, 0)
    expect(left).toMatchObject({ owners: [], max: unowned })
  })

  it('shares them with another of the same state', async () => {
    const [first, second] = [await open(), await open()]
    await (await first.crm('crm')).crm.account()
    await (await second.crm('crm')).crm.account()
    const [budget] = await ledger.budgets()
    expect(budget?.owners.map(({ owner }) => owner)).toEqual([first.owner, second.owner])
    await first.close()
    await second.close()
  })

  it('reaches its CRM when the state can not be used, as if it were alone', async () => {
    await ledger.close()
    await rm(join(folder, '.syncline'), { recursive: true })
    await writeFile(join(folder, '.syncline'), 'no folder')
    const workspace = await open()
    const { crm } = await workspace.crm('crm')
    await expect(workspace.ledger()).rejects.toMatchObject({ code: 'ledger.not_writable' })
    expect((await crm.account()).id).not.toBe('')
    await workspace.close()
  })
})

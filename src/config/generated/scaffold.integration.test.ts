import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { connectors } from '../../connector/registry.ts'
import { loadProject } from '../project/load-project.ts'
import { scaffoldHubSpot, scaffoldPipedrive } from './scaffold-crm.ts'
import { sampleTable, scaffoldFiles } from './scaffold.ts'

const warehouses = new Map([['duckdb', { options: z.object({ path: z.string() }) }]])
const registries = { connectors, sources: new Map(), warehouses }
const files = scaffoldFiles({
  registries,
  crm: scaffoldHubSpot({ url: 'http://127.0.0.1:8090', token: 'local-token' }),
  warehouse: 'warehouse.duckdb',
})
const pulling = scaffoldFiles({
  registries,
  crm: scaffoldPipedrive({ url: 'http://127.0.0.1:8091', token: 'local-token', serve: 'serve' }),
  warehouse: 'warehouse.duckdb',
})

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syncline-scaffold-'))
  for (const [path, text] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
})
afterAll(async () => {
  await rm(directory, { recursive: true })
})

describe('a new project', () => {
  it('loads without a variable set', async () => {
    const { project, problems } = await loadProject({ directory, env: {}, ...registries })
    expect(problems).toEqual([])
    expect(project?.syncs.map(({ name }) => name)).toEqual(['customers'])
    expect(project?.connections.get('hubspot')).toMatchObject({
      options: { base_url: 'http://127.0.0.1:8090', access_token: 'local-token' },
      writable: true,
    })
  })

  it('leads to the real HubSpot by one variable', async () => {
    const env = { HUBSPOT_ACCESS_TOKEN: 'real-token' }
    const { project, problems } = await loadProject({
      directory,
      environment: 'prod',
      env,
      ...registries,
    })
    expect(problems).toEqual([])
    expect(project?.connections.get('hubspot')).toMatchObject({
      options: { base_url: 'https://api.hubapi.com', access_token: 'real-token' },
      production: true,
      writable: true,
    })
    expect(project?.connections.get('warehouse')?.options).toMatchObject({ path: 'prod.duckdb' })
    expect(files.get('.env.example')).toMatch(/^HUBSPOT_ACCESS_TOKEN=$/m)
  })

  it.each([
    ['syncline.yaml', '.syncline/schemas/syncline.schema.json', files],
    ['syncs/customers.yaml', '../.syncline/schemas/sync.schema.json', files],
    ['syncs/crm.yaml', '../.syncline/schemas/sync.schema.json', pulling],
  ])('has in %s a line that leads editors to %s', (path, schema, made) => {
    const text = made.get(path) ?? ''
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${schema}`)
    const target = made.get(join(dirname(path), schema))
    expect(target).toBeDefined()
    expect(z.fromJSONSchema(JSON.parse(target ?? '')).safeParse(parse(text)).error).toBeUndefined()
  })

  it('reads every column that the sample table has', () => {
    const model = files.get('models/customers.sql') ?? ''
    for (const column of sampleTable.columns) expect(model).toContain(`  ${column}`)
    expect(model).toContain(`from ${sampleTable.name}\n`)
  })

  it('commits neither secrets nor state nor data', () => {
    expect(files.get('.gitignore')?.split('\n')).toEqual(
      expect.arrayContaining(['.env', '.syncline/*', '*.duckdb']),
    )
  })
})

import { once } from 'node:events'
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LocalCrmOptions, localCrms } from './local-crms.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-local-crms-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A record of each CRM, as its `/_local/edit` takes it. */
const edits: Readonly<Record<string, object>> = {
  hubspot: { kind: 'create', object: 'contacts', properties: { email: 'a@x.com' } },
  salesforce: { kind: 'create', object: 'Account', values: { Name: 'A' } },
  pipedrive: { kind: 'create', object: 'person', values: { name: 'A' } },
}

/** Something to ask each of them. */
const asks: Readonly<Record<string, string>> = {
  hubspot: '/crm/v3/objects/contacts',
  salesforce: '/services/data',
  pipedrive: `/api/v2/deals?api_token=${'10ca1'.repeat(8)}`,
}

const accepted: Readonly<Record<string, string>> = {
  hubspot: 'access_token: pat-local',
  salesforce: 'client_credentials: { client_id: local, client_secret: local-secret }',
  pipedrive: 'api_token: 10ca110ca110ca110ca110ca110ca110ca110ca1',
}

const crms = localCrms.map((crm) => [crm.name, crm] as const)

describe.each(crms)('the local %s', (name, crm) => {
  it('keeps its records in a file from one time to the next', async () => {
    const file = join(folder, `${name}.json`)
    const first = await crm.serve({ port: 0, file })
    await fetch(`${first.url}/_local/edit`, { method: 'POST', body: JSON.stringify(edits[name]) })
    const before = await stateOf(first.url)
    await first.close()
    const second = await crm.serve({ port: 0, file })
    expect(await stateOf(second.url)).toBe(before)
    expect(before).toMatch(/a@x\.com|"[Nn]ame":"A"/)
    await second.close()
  })

  it('is an account for each file and, without one, for each port', async () => {
    const accountAt = async (options: LocalCrmOptions): Promise<string> => {
      const server = await crm.serve(options)
      const dump = await (await fetch(`${server.url}/_local/dump`)).text()
      await server.close()
      return /"(?:portalId|orgId|companyId)":"?(\w+)/.exec(dump)?.[1] ?? ''
    }
    const [first, moved] = [join(folder, 'first'), join(folder, 'moved')]
    const kept = await accountAt({ port: 0, file: first })
    const others = [
      await accountAt({ port: 0, file: join(folder, 'second') }),
      await accountAt({ port: 0, file: null }),
      await accountAt({ port: await freePort(), file: null }),
    ]
    expect(new Set([kept, ...others]).size).toBe(4)
    await rename(first, moved)
    expect(await accountAt({ port: 0, file: moved })).toBe(kept)
  })

  it('has the luck of its seed', async () => {
    const luckOf = async (seed: number): Promise<readonly number[]> => {
      const server = await crm.serve({ port: 0, file: null, seed })
      const body = JSON.stringify({
        limits: 'none',
        faults: { rates: { server_error_before: 0.5 } },
      })
      await fetch(`${server.url}/_local/settings`, { method: 'POST', body })
      const headers = { authorization: 'Bearer pat-local' }
      const statuses: number[] = []
      for (let asked = 0; asked < 20; asked += 1) {
        statuses.push((await fetch(`${server.url}${asks[name]}`, { headers })).status)
      }
      await server.close()
      return statuses
    }
    const luck = await luckOf(7)
    expect(new Set(luck).size).toBeGreaterThan(1)
    expect(await luckOf(7)).toEqual(luck)
    expect(await luckOf(8)).not.toEqual(luck)
  })

  it('says what it lets in', async () => {
    const server = await crm.serve({ port: 0, file: null })
    expect(server.accepts).toBe(accepted[name])
    await server.close()
  })

  it('without a file leaves nothing behind', async () => {
    const server = await crm.serve({ port: 0, file: null, token: 'mine' })
    await server.close()
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['{', 'it is not JSON'],
    ['5', 'it holds no state'],
    ['{"formatVersion":2}', 'it is of another format version'],
  ])('refuses a file of %s', async (text, why) => {
    const file = join(folder, 'state.json')
    await writeFile(file, text)
    await expect(crm.serve({ port: 0, file })).rejects.toThrow(
      `${file} is no state of a local ${crm.title}: ${why}.`,
    )
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

async function stateOf(url: string): Promise<string> {
  return (await fetch(`${url}/_local/state`)).text()
}

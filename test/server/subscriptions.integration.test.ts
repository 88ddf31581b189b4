/** Webhooks that `serve` makes the local Pipedrive send, and sees to. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runIn } from '../cli/cli-world.ts'
import { rewrite } from '../cli/project-files.ts'
import { openProject } from '../support/open-project.ts'
import { app, oauth, refreshToken } from '../support/open-pipedrive.ts'
import { pathSecret, password } from './serving-project.ts'
import { asAdministrator } from './serving-project.ts'
import {
  minute,
  openSubscribedWorld,
  type Served,
  type SubscribedWorld,
} from './subscribed-world.ts'

let world: SubscribedWorld

beforeEach(async () => {
  world = await openSubscribedWorld()
})
afterEach(() => world.close())

function objectsOf(webhooks = world.webhooks()): readonly string[] {
  return webhooks.map(({ object }) => object).toSorted()
}

async function runIds({ workspace }: Served, sync: string): Promise<readonly string[]> {
  const runs = await (await workspace.ledger()).runs({ sync, limit: 9 })
  return runs.map(({ id }) => id)
}

async function makeByHand(name: string, url: string): Promise<void> {
  const asked = { subscription_url: url, event_action: '*', event_object: 'deal', name }
  await world.ask('POST', '/api/v1/webhooks', asked)
}

describe('webhooks', () => {
  it('are made for each object once, whatever happens, and lead to us with every secret', async () => {
    const served = await world.started()
    const made = world.webhooks()
    expect(served.turns[0]?.created).toHaveLength(2)
    await world.minutes(served, 21)
    expect(world.webhooks()).toEqual(made)
    expect(made.map(({ object, action }) => [object, action])).toEqual([
      ['deal', '*'],
      ['person', '*'],
    ])
    expect(made[0]).toMatchObject({
      name: 'syncline dev',
      url: `${world.front.url}/webhooks/crm/${pathSecret}`,
      authUser: 'sender',
      authPassword: password,
    })
    await world.ask('PATCH', '/api/v2/deals/1', { title: 'Uno' })
    await world.crm.delivered()
    expect(world.crm.simulator.events().map(({ fate }) => fate)).toEqual(['delivered'])
    expect(served.told).toEqual([])
  })

  it('are looked at every ten minutes, which has its price', async () => {
    const served = await world.started()
    await world.minutes(served, 1)
    const looks = () => world.crm.simulator.calls()['webhook_read']
    const before = looks() ?? 0
    await world.minutes(served, 9)
    expect(looks()).toBe(before)
    await world.minutes(served, 1)
    expect(looks()).toBe(before + 1)
  })

  it('are kept by who comes next', async () => {
    await (await world.started()).close()
    const made = world.webhooks()
    const served = await world.started()
    expect(served.turns[0]).toMatchObject({ created: [], removed: [] })
    expect(world.webhooks()).toEqual(made)
  })

  it('stay where the pull is renamed, and lead to it', async () => {
    const former = await world.started()
    const before = await runIds(former, 'crm')
    await former.close()
    const made = world.webhooks()
    const served = await world.started({ renamedTo: 'sales' })
    expect(served.turns[0]).toMatchObject({ created: [], removed: [], trouble: null })
    expect(world.webhooks()).toEqual(made)
    await world.ask('PATCH', '/api/v2/persons/1', { name: 'Told since' })
    await world.crm.delivered()
    await served.allLoaded()
    expect(await served.persons()).toMatchObject({ 1: 'Told since', 2: 'Person 2' })
    expect(served.told).toEqual([])
    const ledger = await served.workspace.ledger()
    expect((await ledger.syncs()).map(({ sync }) => sync)).toEqual(['sales'])
    expect(await runIds(served, 'sales')).toEqual(expect.arrayContaining([...before]))
  })

  it('owe to a renamed pull what they owed before', async () => {
    const former = await world.started()
    await former.close()
    const ledger = await (await openProject(world.directory)).ledger()
    const [subscription] = await ledger.subscriptions()
    expect(subscription?.connection).toBe('crm')
    const flags = { isLoss: true, isOpen: false, changesRead: false, deletesRead: false }
    const owed = { sync: 'crm', object: 'persons', hole: { ...flags, silentUntil: 0 } }
    const turn = { connection: 'crm', owner: 'before', at: world.clock.now(), ttlMs: 1 }
    await ledger.keepSubscriptions(
      { ...turn, receives: false, found: null, holes: [owed] },
      () => true,
    )
    await ledger.leaveSubscriptions('crm', 'before', world.clock.now())
    const served = await world.started({ renamedTo: 'sales' })
    expect(served.turns[0]?.caughtUp).toMatchObject([{ sync: 'sales' }])
    expect(served.turns[0]?.caughtUp[0]?.objects.map(({ object }) => object)).toContain('persons')
  })

  it('follow the objects of the pull, and end with it', async () => {
    await (await world.started()).close()
    await (await world.started({ objects: '[persons, products]' })).close()
    expect(objectsOf()).toEqual(['person', 'product'])
    await (await world.started({ capture: '{ webhooks: false }' })).close()
    expect(objectsOf()).toEqual([])
  })

  it('that another state made of the same at the same time are removed at the next look', async () => {
    const served = await world.started()
    const made = world.webhooks()
    await world.ask('POST', '/api/v1/webhooks', {
      subscription_url: made[0]?.url,
      event_action: '*',
      event_object: 'deal',
      name: 'syncline dev',
      http_auth_user: 'sender',
      http_auth_password: password,
    })
    await world.minutes(served, 1)
    expect(world.webhooks()).toEqual(made)
  })

  it('that a pull may want which came after the files stay, until the files are read again', async () => {
    const served = await world.started()
    const ledger = await served.workspace.ledger()
    const at = world.clock.now()
    const lease = await ledger.acquireLease('added', 'newer', minute, at)
    await ledger.createRun(lease, { id: 'added', kind: 'run', state: 'pulling', startedAt: at })
    await world.ask('POST', '/api/v1/webhooks', {
      subscription_url: `${world.front.url}/webhooks/crm/${pathSecret}`,
      event_action: '*',
      event_object: 'product',
      name: 'syncline dev',
      http_auth_user: 'sender',
      http_auth_password: password,
    })
    await world.minutes(served, 11)
    expect(objectsOf()).toEqual(['deal', 'person', 'product'])
    await served.close()
    await world.started()
    expect(objectsOf()).toEqual(['deal', 'person'])
  })

  it('of someone else stay as they are', async () => {
    await makeByHand('by hand', `${world.front.url}/webhooks/crm/${pathSecret}`)
    await makeByHand('syncline dev', 'https://hooks.acme.example/webhooks/crm/another-secret')
    const theirs = world.webhooks()
    await (await world.started()).close()
    expect(objectsOf()).toEqual(['deal', 'deal', 'deal', 'person'])
    await (await world.started({ capture: '{ webhooks: false }' })).close()
    expect(world.webhooks()).toEqual(theirs)
  })

  it('are not made where the environment may not write to the CRM, which is told', async () => {
    const served = await world.started({ connection: `${asAdministrator}, production: true` })
    expect(world.webhooks()).toEqual([])
    expect(served.told).toMatchObject([{ code: 'app.webhooks_withheld' }])
  })

  it('are made once the CRM lets us, and reception does not wait for that', async () => {
    world.crm.simulator.planFault({ kind: 'expired_token', operation: 'webhook_read' })
    const served = await world.started()
    expect(served.told).toMatchObject([{ code: 'app.refused' }])
    expect((await fetch(`${served.serving.url}/readyz`)).status).toBe(200)
    expect(world.webhooks()).toEqual([])
    await world.minutes(served, 1)
    expect(objectsOf()).toEqual(['deal', 'person'])
    expect(served.told).toMatchObject([{ code: 'app.refused' }, null])
  })
})

describe('two processes', () => {
  it('of one state make each webhook once, and the second goes on when the first ends', async () => {
    const [first, second] = await Promise.all([world.started(), world.started()])
    expect(objectsOf()).toEqual(['deal', 'person'])
    const keepers = [first, second].filter(({ turns }) => turns[0]?.created.length === 2)
    expect(keepers).toHaveLength(1)
    const [keeper] = keepers
    const other = keeper === first ? second : first
    await keeper?.close()
    await world.ask('DELETE', `/api/v1/webhooks/${world.webhooks()[0]?.id}`)
    await world.minutes(other, 1)
    expect(objectsOf()).toEqual(['deal', 'person'])
  })
})

describe('the command line', () => {
  /** What it says with secrets and times left out. */
  async function said(...argv: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await runIn(world.directory, argv)
    expect(stdout).not.toContain(pathSecret)
    expect(stdout).not.toContain(password)
    return stdout
      .split('\n')
      .filter((line) => line.includes('webhook'))
      .map((line) => line.replace(/\d{4}-\S+Z/, 'T').replace(/process \d+ on \S+/, 'a process'))
  }

  it('shows which webhooks there are, who keeps them, and which fail', async () => {
    const served = await world.started()
    expect(await said('status')).toEqual(['  webhooks of deals, persons at T, kept by a process'])
    world.front.target = null
    await world.ask('PATCH', '/api/v2/deals/1', { title: 'Uno' })
    await world.crm.delivered()
    await world.minutes(served, 1)
    await served.close()
    expect(await said('status')).toEqual([
      '  webhooks of deals, persons at T, nobody sees to them: start `syncline serve`',
      '  the last webhook of deals failed (503)',
    ])
    const { json } = await runIn(world.directory, ['status', '--json'])
    expect(json).toMatchObject({
      syncs: [
        {
          webhooks: {
            keeper: null,
            objects: [
              { object: 'deals', failing: true, last_delivery: { status: 503 } },
              { object: 'persons', failing: false, last_delivery: null },
            ],
          },
        },
      ],
    })
  })

  it('checks what there is, and makes what is missing with --fix where nobody serves', async () => {
    const served = await world.started()
    const ours = '  ok    connection crm: webhooks of deals, persons'
    expect(await said('check')).toEqual([`${ours} are there`])
    for (const { id } of world.webhooks()) await world.ask('DELETE', `/api/v1/webhooks/${id}`)
    expect(await said('check', '--fix')).toEqual([
      '  ok    connection crm: a process sees to its webhooks',
    ])
    await served.close()
    const due = '  ok    connection crm: `serve` and `check --fix` make webhooks of deals, persons'
    expect(await said('check')).toEqual([due])
    expect(world.webhooks()).toEqual([])
    expect(await said('check', '--fix')).toEqual([`${ours} made`])
    expect(objectsOf()).toEqual(['deal', 'person'])
  })

  it.each([
    ['basic_auth', `  basic_auth: { user: sender, password: ${password} }\n`],
    ['path_secret', `  path_secret: ${pathSecret}\n`],
  ])('warns where webhooks that nobody signs come without `%s`', async (option, line) => {
    await (await world.started()).close()
    const warnings = async () => (await said('check')).filter((one) => one.startsWith('  warn'))
    expect(await warnings()).toEqual([])
    rewrite(world.directory, 'syncline.yaml', [line, ''])
    expect(await warnings()).toEqual([
      `  warn  server: one secret alone stands before webhooks: set \`server.${option}\`, too`,
    ])
  })

  it('names the scope that an app lacks', async () => {
    const { simulator } = world.crm
    simulator.seed({ apps: [app], refreshTokens: [{ ...refreshToken, usedAt: simulator.time() }] })
    const { client_id: id, client_secret: secret, refresh_token: refresh } = oauth
    const credential = `{ client_id: ${id}, client_secret: ${secret}, refresh_token: ${refresh}, login_url: "${world.crm.url}" }`
    const served = await world.started({ connection: `oauth: ${credential}` })
    expect(served.told).toMatchObject([{ message: expect.stringContaining('scope admin') }])
    const { stdout } = await runIn(world.directory, ['check'])
    expect(stdout).toContain('app.missing_permission')
    expect(stdout).toContain('The app needs the scope admin')
  })

  it('says that nothing is made where the environment may not write to the CRM', async () => {
    await (await world.started({ connection: `${asAdministrator}, production: true` })).close()
    expect(await said('status')).toEqual(['  webhooks: none yet, `syncline serve` makes them'])
    expect(await said('check', '--fix')).toEqual([
      expect.stringContaining('no webhook is made here: The connection crm is marked'),
    ])
    expect(world.webhooks()).toEqual([])
  })
})

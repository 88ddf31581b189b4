import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isOf } from '../../model/sync.ts'
import { type LoadRequest, loadProject } from '../project/load-project.ts'
import type { Problem } from '../problem.ts'

const token = z.object({ token: z.string().optional() })
const objects = [
  { name: 'deals', singular: 'deal' },
  { name: 'persons', singular: 'person' },
  { name: 'notes', singular: 'note' },
]
const pushed = { objectKey: (object: string) => object, lists: [] }
const registries = {
  connectors: new Map([
    ['hubspot', { options: token, ...pushed }],
    ['both', { options: token, ...pushed }],
  ]),
  sources: new Map([
    ['pipedrive', { options: token, objects, subscriptions: {} }],
    ['both', { options: token, objects, subscriptions: null }],
  ]),
  warehouses: new Map([['duckdb', { options: z.object({ path: z.string() }) }]]),
}

const projectFile = `version: 1
connections:
  warehouse: { type: duckdb, path: data.duckdb }
  other: { type: duckdb, path: other.duckdb }
  pipes: { type: pipedrive }
  hub: { type: hubspot }
  two: { type: both }
`
const secret = 'a-long-enough-secret'
const pull = `type: pull
from: { connection: pipes, objects: [deals, persons] }
to: { connection: warehouse, schema: crm }
`
const push = `type: push
from: { connection: warehouse, table: people, key: id }
to: { connection: hub, object: contacts, match: { email: email } }
fields: { firstname: first_name }
`

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syncline-pulls-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

type Files = Readonly<Record<string, string>>

async function load(files: Files, more: Partial<LoadRequest> = {}) {
  for (const [path, text] of Object.entries({ 'syncline.yaml': projectFile, ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  return loadProject({ directory, env: { HASH: secret }, ...registries, ...more })
}

async function loadPull(text: string, files: Files = {}, more: Partial<LoadRequest> = {}) {
  const loaded = await load({ ...files, 'syncs/crm.yaml': text }, more)
  const sync = loaded.project?.syncs
    .filter((one) => isOf('pull', one))
    .find(({ name }) => name === 'crm')
  return { ...loaded, sync: sync ?? null }
}

const replaced = (from: string, to: string): string => {
  expect(pull).toContain(from)
  return pull.replace(from, () => to)
}

/** `sync code line:column path → what was meant`. */
function places(problems: readonly Problem[]): string[] {
  return problems.map(({ sync, code, line, column, path, nearest }) => {
    const place = `${sync} ${code.replace('config.', '')} ${line}:${column} ${path}`
    return nearest === null ? place : `${place} → ${nearest}`
  })
}

const quarterly = { every: 'interval', ms: 900_000 }
const sundays = { every: 'cron', pattern: '0 3 * * 0', timeZone: 'UTC' }

describe('a pull', () => {
  it('has every default filled in', async () => {
    const { sync, problems } = await loadPull(replaced(', objects: [deals, persons]', ''))
    expect(problems).toEqual([])
    expect(sync).toEqual({
      type: 'pull',
      name: 'crm',
      place: { file: 'syncs/crm.yaml' },
      tags: [],
      crm: 'pipes',
      objects: ['deals', 'persons', 'notes'],
      warehouse: 'warehouse',
      schema: 'crm',
      tables: { history: '{object}_history', current: '{object}', changes: '{object}_changes' },
      history: { form: 'table', preset: 'cdc' },
      fields: { only: [], exclude: [], include: [], hash: [], hashSecret: null },
      webhooks: false,
      wholeReadEveryMs: 7 * 86_400_000,
      trailingMs: 3_600_000,
      maxDeletes: { percent: 1 },
      after: [],
      schedules: [],
      renamedFrom: null,
    })
  })

  it('takes all that it may say', async () => {
    const { sync, problems, redactor } = await loadPull(
      `${replaced('schema: crm', 'schema: crm, tables: { current: "{singular}_now", changes: "{singular}_log" }')}history: { as: view, preset: fivetran }
fields:
  only: [deals.*]
  exclude: [persons.phone, "*.secret*"]
  include: [persons.secret_santa]
  hash: [persons.email]
  hash_secret: \${env:HASH}
guards: { max_deletes: 20 }
after: [people]
tags: [nightly]
`,
      { 'syncs/people.yaml': push },
    )
    expect(problems).toEqual([])
    expect(sync).toMatchObject({
      objects: ['deals', 'persons'],
      tables: {
        history: '{object}_history',
        current: '{singular}_now',
        changes: '{singular}_log',
      },
      history: { form: 'view', preset: 'fivetran' },
      fields: {
        only: ['deals.*'],
        exclude: ['persons.phone', '*.secret*'],
        include: ['persons.secret_santa'],
        hash: ['persons.email'],
        hashSecret: secret,
      },
      maxDeletes: { rows: 20 },
      after: ['people'],
      tags: ['nightly'],
    })
    expect(redactor.redact(`the key is ${secret}`)).toBe('the key is ***')
  })

  it('names its history by a text alone, and keeps no secret that nothing needs', async () => {
    const { sync } = await loadPull(
      `${replaced('schema: crm', 'schema: crm, tables: "{singular}_history"')}fields: { hash_secret: "\${env:HASH}" }\n`,
    )
    expect(sync?.tables).toEqual({
      history: '{singular}_history',
      current: '{object}',
      changes: '{object}_changes',
    })
    expect(sync?.fields.hashSecret).toBeNull()
  })

  it('is of a CRM that can be pushed to as well', async () => {
    const { project, problems } = await load({
      'syncs/crm.yaml': replaced('pipes', 'two'),
      'syncs/people.yaml': push.replace('hub', 'two'),
    })
    expect(problems).toEqual([])
    expect(project?.syncs.map(({ name, type }) => [name, type])).toEqual([
      ['crm', 'pull'],
      ['people', 'push'],
    ])
    const types = [...(project?.connections.values() ?? [])].map((one) => [one.name, one.syncTypes])
    expect(Object.fromEntries(types)).toMatchObject({
      warehouse: ['push', 'pull'],
      pipes: ['pull'],
      hub: ['push'],
      two: ['push', 'pull'],
    })
  })
})

describe('a wrong pull', () => {
  const after = (lines: string): readonly [string, string] => [' crm }\n', ` crm }\n${lines}\n`]
  const tables = (text: string): readonly [string, string] => ['crm }', `crm, tables: ${text} }`]

  it.each<readonly [string, readonly [string, string], string]>([
    ['an unknown key', after('feilds: {}'), 'unknown_key 4:1 feilds → fields'],
    ['an unknown key inside', after('history: { az: view }'), 'unknown_key 4:12 history.az → as'],
    ['an option of pushes', after('mode: upsert'), 'unknown_key 4:1 mode'],
    [
      'a guard of pushes',
      after('guards: { max_changes: 1% }'),
      'unknown_key 4:11 guards.max_changes',
    ],
    ['a schedule of nothing', after('schedule: {}'), 'value 4:11 schedule'],
    [
      'a schedule of two kinds',
      after('schedule: { every: 1d, cron: "0 3 * * *" }'),
      'value 4:11 schedule',
    ],
    ['a length that is none', after('schedule: { every: 15 }'), 'type 4:20 schedule.every'],
    ['a length in place of a schedule', after('schedule: 15m'), 'type 4:11 schedule'],
    ['no calendar', after('schedule: { cron: "0 3 * *" }'), 'value 4:19 schedule.cron'],
    [
      'a day that never comes',
      after('schedule: { cron: "0 3 31 2 *" }'),
      'value 4:19 schedule.cron',
    ],
    [
      'a zone that there is not',
      after('schedule: { cron: "0 3 * * 0", timezone: Europe/Berln }'),
      'value 4:42 schedule.timezone → Europe/Berlin',
    ],
    [
      'a zone without a calendar',
      after('schedule: { every: 1d, timezone: Europe/Berlin }'),
      'value 4:11 schedule',
    ],
    [
      'a zone of a reconcile without a calendar',
      after('capture: { reconcile: { timezone: Europe/Berlin } }'),
      'value 4:35 capture.reconcile.timezone',
    ],
    [
      'two rhythms of one run',
      after('schedule: { every: 1d }\ncapture: { incremental: { every: 1d } }'),
      'value 5:25 capture.incremental',
    ],
    ['an unknown form', after('history: { as: tabel }'), 'value 4:16 history.as → table'],
    [
      'a guard that is none',
      after('guards: { max_deletes: 5 % }'),
      'value 4:24 guards.max_deletes',
    ],
    ['no schema', [', schema: crm', ''], 'missing 3:5 to.schema'],
    ['no object', ['[deals, persons]', '[]'], 'value 2:37 from.objects'],
    ['an unknown object', ['persons]', 'person]'], 'value 2:45 from.objects.1 → persons'],
    ['an object twice', ['persons]', 'deals]'], 'duplicate_object 2:45 from.objects.1'],
    ['the working schema', ['schema: crm', 'schema: Syncline_DEV'], 'value 3:38 to.schema'],
    [
      'a connection that is not there',
      ['pipes', 'pips'],
      'connection 2:21 from.connection → pipes',
    ],
    ['a warehouse to pull from', ['pipes', 'other'], 'connection 2:21 from.connection'],
    ['a CRM to pull into', ['warehouse', 'two'], 'connection 3:19 to.connection'],
    ['an unknown placeholder', tables('"{objct}_h"'), 'value 3:51 to.tables'],
    ['a schema in a template', tables('{ current: "x.{object}" }'), 'value 3:62 to.tables.current'],
    ['a number for tables', tables('7'), 'type 3:51 to.tables'],
    ['no placeholder for two objects', tables('all'), 'tables 3:51 to.tables'],
    ['history and current of one name', tables('"{object}"'), 'tables 3:51 to.tables'],
    [
      'current where the history keeps past versions',
      tables('{ current: "{object}_history__past" }'),
      'tables 3:62 to.tables.current',
    ],
    [
      'changes where the history keeps latest versions',
      tables('{ history: "{object}_h", changes: "{object}_h__Latest" }'),
      'tables 3:85 to.tables.changes',
    ],
    [
      'names that differ by capitals',
      tables('{ changes: "{object}_History" }'),
      'tables 3:62 to.tables.changes',
    ],
    ['a field without object', after('fields: { only: [phone] }'), 'value 4:18 fields.only.0'],
    [
      'a field of an unknown object',
      after('fields: { exclude: [person.phone] }'),
      'value 4:21 fields.exclude.0 → persons',
    ],
    [
      'a field of an object that is not pulled',
      after('fields: { exclude: [notes.content] }'),
      'value 4:21 fields.exclude.0',
    ],
    [
      'hashes without a key',
      after('fields: { hash: [deals.x] }'),
      'missing 4:9 fields.hash_secret',
    ],
    [
      'a key that is too short',
      after('fields: { hash: [deals.x], hash_secret: short }'),
      'value 4:41 fields.hash_secret',
    ],
    ['a sync that is not there', after('after: [peple]'), 'after 4:9 after.0'],
    ['itself before itself', after('after: [crm]'), 'after 4:8 after'],
  ])('with %s is refused at its place', async (_, [from, to], expected) => {
    const { sync, problems } = await loadPull(replaced(from, to))
    expect(sync).toBeNull()
    const [first] = problems
    expect(first).toMatchObject({ file: 'syncs/crm.yaml' })
    expect(new Set(places(problems))).toContain(`crm ${expected}`)
  })

  it.each([
    ['{ every: 15 }', 'm, h or d, for minutes, hours or days: write 15m, 15h or 15d.'],
    ['15m', 'A schedule says `every` or `cron`, such as `{ every: 15m }`'],
  ])('with the schedule %s is told what to write', async (schedule, message) => {
    const { problems } = await loadPull(`${pull}schedule: ${schedule}\n`)
    expect(problems).toMatchObject([{ message: expect.stringContaining(message) as string }])
  })

  it('tells of a collision once for each name, with all that would have it', async () => {
    const { problems } = await loadPull(replaced('crm }', 'crm, tables: { current: all } }'))
    expect(problems.map(({ message }) => message)).toEqual([
      'The table all would be the current of deals and the current of persons.',
    ])
  })

  it.each<readonly [string, object]>([
    ['schedule: { every: 15m }', { schedules: [{ kind: 'run', rhythm: quarterly }] }],
    [
      'capture: { incremental: { every: 15m } }',
      { schedules: [{ kind: 'run', rhythm: quarterly }] },
    ],
    [
      'schedule: { cron: "0 3 * * 0", timezone: Europe/Berlin }',
      { schedules: [{ kind: 'run', rhythm: { ...sundays, timeZone: 'Europe/Berlin' } }] },
    ],
    [
      'capture: { incremental: { every: 15m }, reconcile: { cron: "0 3 * * 0" } }',
      {
        wholeReadEveryMs: null,
        schedules: [
          { kind: 'reconcile', rhythm: sundays },
          { kind: 'run', rhythm: quarterly },
        ],
      },
    ],
    [
      'capture: { reconcile: { every: 1d, cron: "0 3 * * 0" } }',
      { wholeReadEveryMs: 86_400_000, schedules: [{ kind: 'reconcile', rhythm: sundays }] },
    ],
  ])('takes the rhythm of %s', async (line, expected) => {
    const { sync, problems } = await loadPull(`${pull}${line}\n`)
    expect([problems, sync]).toMatchObject([[], expected])
  })

  it('does not show its key', async () => {
    const { problems, redactor } = await loadPull(
      `${pull}fields: { hash: [deals.x], hash_secret: shortkey }\n`,
    )
    expect(problems).toMatchObject([
      {
        message: 'A hash_secret has at least 16 characters.',
        found: 'a text that is secret',
      },
    ])
    expect(redactor.redact('shortkey')).toBe('***')
  })
})

describe('a CRM that goes only one way', () => {
  it('is no target of a push, which is told what can be', async () => {
    const { problems } = await load({ 'syncs/people.yaml': push.replace('hub', 'pipes') })
    expect(problems).toMatchObject([
      {
        code: 'config.connection',
        message: 'The connection pipes is of the type pipedrive, which can only be pulled from.',
        expected: 'one of hub, two',
        remedy: 'Name a connection of a type that can be pushed to: hubspot, both.',
      },
    ])
  })

  it('is no source of a pull, which is told what can be', async () => {
    const { problems } = await loadPull(replaced('pipes', 'hub'))
    expect(problems).toMatchObject([
      {
        code: 'config.connection',
        message: 'The connection hub is of the type hubspot, which can only be pushed to.',
        expected: 'one of pipes, two',
        remedy: 'Name a connection of a type that can be pulled from: pipedrive, both.',
      },
    ])
  })

  it('is told so where nothing can be pulled from', async () => {
    const project = `version: 1\nconnections:\n  warehouse: { type: duckdb, path: a }\n  pipes: { type: hubspot }\n`
    const { problems } = await loadPull(pull, { 'syncline.yaml': project }, { sources: new Map() })
    expect(problems).toMatchObject([
      {
        expected: null,
        remedy: 'Name another connection; in this version no CRM can be pulled from.',
      },
    ])
  })
})

describe('two pulls', () => {
  const second = (from: string, to: string): Files => {
    const text = replaced(from, to)
    return { 'syncs/again.yaml': text }
  }

  it('of one schema may not have tables of the same name, and both are told', async () => {
    const { problems, project } = await loadPull(
      pull,
      second('[deals, persons]', '[persons, notes]'),
    )
    expect(project?.syncs).toEqual([])
    expect(problems.map(({ sync, message }) => `${sync}: ${message}`)).toEqual(
      ['again', 'crm'].flatMap((sync) =>
        [
          ['persons_history', 'history'],
          ['persons', 'current'],
          ['persons_changes', 'changes'],
        ].map(([table, use]) => {
          const [mine, others] = [`the ${use} of persons`, `the ${use} of persons in the sync`]
          return sync === 'again'
            ? `again: The table ${table} would be ${mine} and ${others} crm.`
            : `crm: The table ${table} would be ${others} again and ${mine}.`
        }),
      ),
    )
  })

  it.each([
    ['into other schemas', 'schema: crm', 'schema: crm2'],
    ['into other warehouses', 'warehouse', 'other'],
    ['of other objects', '[deals, persons]', '[notes]'],
    [
      'by other names',
      'schema: crm',
      'schema: crm, tables: { history: "{object}_h", current: "{object}_c", changes: "{object}_l" }',
    ],
  ])('%s go together', async (_, from, to) => {
    const { problems } = await loadPull(pull, second(from, to))
    expect(problems).toEqual([])
  })

  it('that differ by the capitals of the schema do not', async () => {
    const { problems } = await loadPull(pull, second('schema: crm', 'schema: CRM'))
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['config.tables']))
  })
})

describe('after', () => {
  it('orders pushes and pulls alike, and finds their circles', async () => {
    const { problems } = await load({
      'syncs/crm.yaml': `${pull}after: [people]\n`,
      'syncs/people.yaml': `${push}after: [crm]\n`,
    })
    expect(problems.map(({ sync, message }) => `${sync}: ${message}`)).toEqual([
      'crm: `after` closes a circle: crm after people after crm.',
      'people: `after` closes a circle: people after crm after people.',
    ])
  })
})

describe('what a pull inherits', () => {
  const project = `${projectFile}defaults:
  mode: update
  guards: { max_changes: 20%, max_deletes: 2% }
  history: { preset: dlt }
environments:
  prod: { guards: { max_clears: 3%, max_deletes: 3% } }
`

  it.each([
    ['dev', '', 2],
    ['prod', '', 3],
    ['dev', 'guards: { max_deletes: 4% }\n', 4],
    ['prod', 'guards: { max_deletes: 4% }\n', 3],
  ])('in %s with %j is what it knows: deletes of %i %%', async (environment, guards, percent) => {
    const { sync, problems } = await loadPull(
      `${pull}${guards}`,
      { 'syncline.yaml': project },
      { environment },
    )
    expect(problems).toEqual([])
    expect(sync).toMatchObject({
      maxDeletes: { percent },
      history: { form: 'table', preset: 'dlt' },
    })
  })

  it('does not reach pushes, nor theirs a pull', async () => {
    const files = { 'syncline.yaml': project, 'syncs/people.yaml': push }
    const loaded = await loadPull(`${pull}history: { as: view }\n`, files)
    expect(loaded.problems).toEqual([])
    expect(loaded.sync?.history).toEqual({ form: 'view', preset: 'dlt' })
    expect(loaded.project?.syncs.find(({ name }) => name === 'people')).toMatchObject({
      mode: 'update',
      guards: { maxChanges: { percent: 20 }, maxDeletes: { percent: 2 } },
    })
  })

  it('is wrong by itself, and told once', async () => {
    const wrong = project.replace('preset: dlt', 'preset: dtl')
    const { problems } = await loadPull(pull, {
      'syncline.yaml': wrong,
      'syncs/people.yaml': push,
    })
    expect(problems.map(({ path, nearest }) => [path, nearest])).toEqual([
      ['defaults.history.preset', 'dlt'],
    ])
  })
})

describe('webhooks of a pull', () => {
  const asked = `${pull}capture: { webhooks: true }\n`
  const address = 'server: { public_url: "https://hooks.acme.example"'

  async function messages(text: string, server: string): Promise<readonly string[]> {
    const { problems, sync } = await loadPull(text, { 'syncline.yaml': `${projectFile}${server}` })
    expect(sync === null).toBe(problems.length > 0)
    return problems.map(({ code, line, column, message }) => `${code} ${line}:${column} ${message}`)
  }

  it.each([
    ['a path', `${address}, path_secret: a-secret-of-a-path }\n`],
    ['a user', `${address}, basic_auth: { user: crm, password: a-long-password } }\n`],
  ])('are asked for with an address and a secret: %s', async (_what, server) => {
    const { sync } = await loadPull(asked, { 'syncline.yaml': `${projectFile}${server}` })
    expect(sync?.webhooks).toBe(true)
  })

  it('need an address where the CRM finds us, and a secret', async () => {
    const missing = 'config.missing 4:22 `webhooks` needs'
    const ofAddress = `${missing} \`server.public_url\` in syncline.yaml: where CRMs reach \`syncline serve\`.`
    const ofSecret = `${missing} \`server.path_secret\` or \`server.basic_auth\` in syncline.yaml: without a secret no webhook is believed.`
    expect(await messages(asked, '')).toEqual([ofAddress, ofSecret])
    expect(await messages(asked, `${address} }\n`)).toEqual([ofSecret])
    expect(await messages(asked, 'server: { path_secret: a-secret-of-a-path }\n')).toEqual([
      ofAddress,
    ])
  })

  it('are refused where the CRM takes no orders for them', async () => {
    const other = asked.replace('connection: pipes', 'connection: two')
    expect(await messages(other, `${address}, path_secret: a-secret-of-a-path }\n`)).toEqual([
      'config.unsupported 4:22 Webhooks of a CRM of the type both are not made by Syncline.',
    ])
  })

  it('need nothing where they are not asked for', async () => {
    expect(await messages(`${pull}capture: { webhooks: false }\n`, '')).toEqual([])
  })
})

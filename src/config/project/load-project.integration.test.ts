import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Place } from '../../model/error.ts'
import { isOf } from '../../model/sync.ts'
import { formatProblem, formatProblems } from '../format-problems.ts'
import { type LoadRequest, loadProject } from './load-project.ts'
import type { ConnectionType } from '../project.ts'

const hubspot = {
  options: z
    .strictObject({
      base_url: z.url().default('https://crm.example'),
      access_token: z.string().optional().meta({ secret: true }),
      oauth: z.strictObject({ client_secret: z.string().meta({ secret: true }) }).optional(),
      requests: z.int().min(1).optional(),
      trace: z.boolean().optional(),
    })
    .refine(
      ({ access_token: token, oauth }) => (token === undefined) !== (oauth === undefined),
      'Exactly one of `access_token` and `oauth` is needed.',
    ),
}
const objectKey = (object: string) => (object === '0-2' ? 'companies' : object.toLowerCase())
const lists = [
  { name: 'owners', names: ['email', 'name'], has: () => true },
  { name: 'stages', names: ['label'], has: (object: string) => object !== 'contacts' },
]
const registries = {
  connectors: new Map([['hubspot', { ...hubspot, objectKey, lists }]]),
  sources: new Map(),
  warehouses: new Map([['duckdb', { options: z.object({ path: z.string() }) }]]),
}

const projectFile = `version: 1
connections:
  warehouse: { type: duckdb, path: data.duckdb }
  crm:
    type: hubspot
    access_token: \${env:CRM_TOKEN}
`
const syncFile = `type: push
from: { connection: warehouse, model: models/people.sql, key: id }
to: { connection: crm, object: contacts, match: { email: email_address } }
fields: { firstname: first_name }
`
const base = {
  'syncline.yaml': projectFile,
  'syncs/people.yaml': syncFile,
  'models/people.sql': 'select 1 as id',
}

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syncline-config-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

async function load(
  files: Readonly<Record<string, string | null>>,
  more: Partial<LoadRequest> = {},
) {
  for (const [path, text] of Object.entries({ ...base, ...files })) {
    if (text === null) continue
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  return loadProject({ directory, env: { CRM_TOKEN: 'a-secret-token' }, ...registries, ...more })
}

/** The base project with other text in its one sync. */
async function loadSync(text: string, files: Readonly<Record<string, string | null>> = {}) {
  const { project, problems } = await load({ ...files, 'syncs/people.yaml': text })
  return { sync: project?.syncs.find((one) => isOf('push', one)) ?? null, problems }
}

const replaced = (from: string, to: string) => {
  expect(syncFile).toContain(from)
  return syncFile.replace(from, () => to)
}

function at(line: number, column: number, path: string): Place {
  return { file: 'syncs/people.yaml', line, column, path }
}

describe('a project without problems', () => {
  it('fills in every default', async () => {
    const { project, problems } = await load({})
    expect(problems).toEqual([])
    expect(project?.syncs).toEqual([
      {
        type: 'push',
        name: 'people',
        place: { file: 'syncs/people.yaml' },
        places: new Map([
          ['from.key', at(2, 58, 'from.key')],
          ['to.object', at(3, 24, 'to.object')],
          ['to.match.email', at(3, 51, 'to.match.email')],
          ['fields.firstname', at(4, 11, 'fields.firstname')],
        ]),
        tags: [],
        warehouse: 'warehouse',
        model: { kind: 'query', file: 'models/people.sql', text: 'select 1 as id' },
        key: 'id',
        crm: 'crm',
        object: 'contacts',
        match: { field: 'email', column: 'email_address' },
        mode: 'upsert',
        removedRows: 'ignore',
        deleteAdopted: false,
        ifDeleted: 'skip',
        readBefore: true,
        fields: [
          {
            field: 'firstname',
            source: { from: 'column', column: 'first_name' },
            write: 'always',
            nulls: 'transition',
            conflict: 'ours',
            lookup: null,
            timeZone: null,
            sensitive: false,
          },
        ],
        associations: [],
        transform: null,
        guards: {
          maxChanges: { percent: 50 },
          maxClears: { percent: 10 },
          maxDeletes: { percent: 1 },
          failOnRejected: 0,
          allowEmptyModel: false,
        },
        after: [],
        shared: false,
        renamedFrom: null,
        schedules: [],
        bulkFrom: 2_000,
        maxCallsPerDay: null,
      },
    ])
  })

  it('names syncs by their path', async () => {
    const other = replaced('contacts', 'companies')
    const { project } = await load({ 'syncs/a/b/people.yml': other, 'syncs/notes.txt': 'x' })
    expect(project?.syncs.map(({ name }) => name)).toEqual(['a/b/people', 'people'])
  })

  it('keeps options of connections for their own schema to read', async () => {
    const { project } = await load({})
    expect(project?.connections.get('crm')).toEqual({
      name: 'crm',
      type: 'hubspot',
      role: 'crm',
      syncTypes: ['push'],
      objects: null,
      options: { access_token: 'a-secret-token' },
      production: false,
      maxCallsPerDay: null,
      writable: true,
      notWritableBecause: null,
    })
  })

  it('takes a cap of calls for a connection that is pushed to, and for no other', async () => {
    const capped = (type: string, end: string) => {
      const text = projectFile.replace(`type: ${type}`, `type: ${type}${end}max_calls_per_day: 9`)
      return load({ 'syncline.yaml': text })
    }
    const { project } = await capped('hubspot', '\n    ')
    expect(project?.connections.get('crm')).toMatchObject({
      maxCallsPerDay: 9,
      options: { access_token: 'a-secret-token' },
    })
    const { problems } = await capped('duckdb', ', ')
    expect(problems[0]).toMatchObject({ code: 'config.unknown_key', found: 'max_calls_per_day' })
  })

  it('takes every option of a sync', async () => {
    const { sync, problems } = await loadSync(
      `type: push
from: { connection: warehouse, table: '"my schema".people', key: id }
to: { connection: crm, object: deals, match: { code: code } }
mode: update
removed_rows: archive
delete_adopted: true
if_deleted: recreate
fields:
  owner: { column: mail, lookup: owners.email, nulls: always, conflict: ask }
  closed: { column: closed_at, time_zone: Europe/Berlin, write: if_unchanged, sensitive: true }
associations:
  - { to: companies, match: { account_key: account }, label: primary, if_missing: skip }
transform: transforms/people.js
guards: { max_changes: 12.5%, max_deletes: 3, fail_on_rejected: 7, allow_empty_model: true }
tags: [hourly]
shared: true
renamed_from: old
max_calls_per_day: 500
`,
      { 'transforms/people.js': 'row => row' },
    )
    expect(problems).toEqual([])
    expect(sync).toMatchObject({
      model: { kind: 'table', schema: 'my schema', table: 'people' },
      mode: 'update',
      removedRows: 'archive',
      deleteAdopted: true,
      ifDeleted: 'recreate',
      fields: [
        { field: 'owner', lookup: 'owners.email', nulls: 'always', conflict: 'ask' },
        { field: 'closed', timeZone: 'Europe/Berlin', write: 'if_unchanged', sensitive: true },
      ],
      associations: [
        {
          to: 'companies',
          match: { field: 'account_key', column: 'account' },
          label: 'primary',
          ifMissing: 'skip',
        },
      ],
      transform: { file: 'transforms/people.js', text: 'row => row' },
      guards: {
        maxChanges: { percent: 12.5 },
        maxDeletes: { rows: 3 },
        failOnRejected: 7,
        allowEmptyModel: true,
      },
      tags: ['hourly'],
      shared: true,
      renamedFrom: 'old',
      maxCallsPerDay: 500,
    })
  })
})

describe('a constant', () => {
  it.each([
    ['warehouse', 'warehouse'],
    ['no', 'no'],
    ['true', 'true'],
    ['007', '007'],
    ['1.10', '1.10'],
    ['12345678901234567890', '12345678901234567890'],
    ['2024-01-31', '2024-01-31'],
    ['""', ''],
    ['"null"', 'null'],
    ['null', null],
    ['~', null],
    ['$${x}', '${x}'],
    ['a ${env:CRM_TOKEN}', 'a a-secret-token'],
  ])('written as %s is the text %j', async (written, value) => {
    const { sync, problems } = await loadSync(
      replaced('{ firstname: first_name }', `\n  source:\n    value: ${written}`),
    )
    expect(problems).toEqual([])
    expect(sync?.fields[0]?.source).toEqual({ from: 'constant', value })
  })
})

describe('a table', () => {
  it.each([
    ['people', null, 'people'],
    ['sales.people', 'sales', 'people'],
    ['\'"a.b"."c""d"\'', 'a.b', 'c"d'],
  ])('written as %s is found', async (written, schema, table) => {
    const { sync } = await loadSync(replaced('model: models/people.sql', `table: ${written}`))
    expect(sync?.model).toEqual({ kind: 'table', schema, table })
  })
})

describe('a dbt model', () => {
  const node = (name: string, more = {}) => ({
    resource_type: 'model',
    name,
    package_name: 'shop',
    schema: 'marts',
    alias: name,
    config: { materialized: 'table' },
    ...more,
  })
  const manifest = JSON.stringify({
    metadata: {},
    nodes: {
      'model.shop.people': node('people', { alias: 'dim_people' }),
      'model.shop.twice': node('twice'),
      'model.other.twice': node('twice', { package_name: 'other' }),
      'model.shop.orders.v1': node('orders', { version: 1, alias: 'orders_v1' }),
      'model.shop.orders.v2': node('orders', { version: 2, alias: 'orders_v2' }),
      'model.shop.passing': node('passing', { config: { materialized: 'ephemeral' } }),
      'seed.shop.codes': node('codes', { resource_type: 'seed' }),
      'test.shop.check': node('check', { resource_type: 'test' }),
    },
  })
  const text = (name: string) => replaced('model: models/people.sql', `dbt: ${name}`)

  it.each([
    ['people', 'dim_people'],
    ['shop.people', 'dim_people'],
    ['other.twice', 'twice'],
    ['orders.v2', 'orders_v2'],
    ['codes', 'codes'],
  ])('is found as %s', async (name, table) => {
    const { sync, problems } = await loadSync(text(name), { 'target/manifest.json': manifest })
    expect(problems).toEqual([])
    expect(sync?.model).toEqual({ kind: 'table', schema: 'marts', table })
  })

  it.each([
    ['peple', 'The dbt project has no model peple.', 'people'],
    ['check', 'The dbt project has no model check.', null],
    ['twice', 'The dbt project has several models twice.', null],
    ['orders', 'The dbt project has several models orders.', null],
    ['passing', 'The dbt model passing is ephemeral: it has no table or view to read.', null],
  ])('is refused as %s', async (name, message, nearest) => {
    const { problems } = await loadSync(text(name), { 'target/manifest.json': manifest })
    expect(problems).toMatchObject([
      { code: 'config.model', message, nearest, line: 2, column: 37, path: 'from.dbt' },
    ])
  })

  it('is looked for in the manifest that the project names', async () => {
    const { sync } = await loadSync(text('people'), {
      'syncline.yaml': `${projectFile}dbt: { manifest: dbt/m.json }\n`,
      'dbt/m.json': manifest,
    })
    expect(sync?.model).toMatchObject({ table: 'dim_people' })
  })

  it.each([
    [null, 'The dbt manifest target/manifest.json can not be read.'],
    ['{', 'target/manifest.json is not valid JSON.'],
    ['{"nodes": 1}', 'target/manifest.json is not a dbt manifest.'],
  ])('needs a manifest: %j', async (content, message) => {
    const { problems } = await loadSync(text('people'), { 'target/manifest.json': content })
    expect(problems).toMatchObject([{ code: 'config.model', message }])
  })
})

describe('a wrong sync', () => {
  it.each<readonly [string, string, string, string]>([
    ['an unknown key', 'fields:', 'feilds:', 'unknown_key 4:1 feilds → fields'],
    [
      'the name of an inherited property',
      'fields:',
      'constructor: {}\nfields:',
      'unknown_key 4:1 constructor',
    ],
    [
      'an unknown nested key',
      'key: id',
      'key: id, tabel: x',
      'unknown_key 2:67 from.tabel → table',
    ],
    ['a missing key', ', key: id', '', 'missing 2:7 from.key'],
    [
      'a slip in a name that must be there',
      'key: id',
      'kee: id',
      'unknown_key 2:58 from.kee → key',
    ],
    ['a missing match', ', match: { email: email_address }', '', 'missing 3:5 to.match'],
    ['two pairs in match', 'email_address }', 'e, x: y }', 'value 3:49 to.match'],
    ['a value that is none', 'fields:', 'mode: upsrt\nfields:', 'value 4:7 mode → upsert'],
    ['a list for a mapping', '{ firstname: first_name }', '[a]', 'type 4:9 fields'],
    ['nothing for a mapping', '{ firstname: first_name }', '', 'type 4:1 fields'],
    ['a number as column', 'first_name', '5', 'type 4:22 fields.firstname'],
    ['a list as field', 'firstname: first_name', 'exclude: [a]', 'type 4:20 fields.exclude'],
    ['column and value', 'first_name', '{ column: a, value: b }', 'value 4:22 fields.firstname'],
    ['neither column nor value', 'first_name', '{ write: always }', 'value 4:22 fields.firstname'],
    ['an empty constant', 'first_name', '{ value: }', 'missing 4:24 fields.firstname.value'],
    [
      'no for false',
      'first_name',
      '{ column: a, sensitive: no }',
      'type 4:46 fields.firstname.sensitive',
    ],
    [
      'a zone that is none',
      'first_name',
      '{ column: a, time_zone: Europe/Berln }',
      'value 4:46 fields.firstname.time_zone → Europe/Berlin',
    ],
    [
      'an offset as zone',
      'first_name',
      '{ column: a, time_zone: +01:00 }',
      'value 4:46 fields.firstname.time_zone',
    ],
    [
      'a name that no entry of a list goes by',
      'first_name',
      '{ column: a, lookup: owners.emial }',
      'value 4:43 fields.firstname.lookup → owners.email',
    ],
    [
      'a list that the object does not have',
      'first_name',
      '{ column: a, lookup: stages.label }',
      'value 4:43 fields.firstname.lookup',
    ],
    [
      'a lookup without list',
      'first_name',
      '{ column: a, lookup: email }',
      'value 4:43 fields.firstname.lookup',
    ],
    ['the match field mapped', 'firstname:', 'Email:', 'duplicate_field 4:11 fields.Email'],
    [
      'a field in two spellings',
      'first_name',
      'a, FirstName: b',
      'duplicate_field 4:25 fields.FirstName',
    ],
    [
      'a guard that is none',
      'fields:',
      'guards: { max_changes: 50 % }\nfields:',
      'value 4:24 guards.max_changes',
    ],
    [
      'a negative guard',
      'fields:',
      'guards: { max_deletes: -1 }\nfields:',
      'value 4:24 guards.max_deletes',
    ],
    [
      'a guard of deletes above all that is there',
      'fields:',
      'guards: { max_deletes: 200% }\nfields:',
      'value 4:24 guards.max_deletes',
    ],
    [
      'a huge number',
      'fields:',
      'guards: { fail_on_rejected: 99999999999999999999 }\nfields:',
      'value 4:29 guards.fail_on_rejected',
    ],
    [
      'a refused combination',
      'fields:',
      'mode: insert\nremoved_rows: clear\nfields:',
      'mode 5:15 removed_rows',
    ],
    [
      'an update that deletes',
      'fields:',
      'mode: update\nremoved_rows: delete\nfields:',
      'mode 5:15 removed_rows',
    ],
    ['two models', 'key: id', 'table: a, key: id', 'value 2:7 from'],
    ['no model', 'model: models/people.sql, ', '', 'value 2:7 from'],
    ['a table of three parts', 'model: models/people.sql', 'table: a.b.c', 'value 2:39 from.table'],
    [
      'a model file that is not there',
      'people.sql',
      'poeple.sql',
      'missing_file 2:39 from.model → models/people.sql',
    ],
    [
      'a transform that is not there',
      'fields:',
      'transform: t.js\nfields:',
      'missing_file 4:12 transform',
    ],
    [
      'a connection that is not there',
      'connection: crm',
      'connection: crn',
      'connection 3:19 to.connection → crm',
    ],
    [
      'a connection of the wrong kind',
      'connection: crm',
      'connection: warehouse',
      'connection 3:19 to.connection',
    ],
    [
      'an association twice',
      'fields:',
      'associations: [&a { to: x, match: { a: b } }, *a]\nfields:',
      'duplicate_field 4:47 associations.1',
    ],
    [
      'an association to an object that another name was used for',
      'fields:',
      'associations: [{ to: companies, match: { a: b } }, { to: 0-2, label: l, match: { a: b } }]\nfields:',
      'duplicate_field 4:52 associations.1',
    ],
    [
      'a condition that is not read',
      'first_name }',
      '{ column: a, write: if_empty } }\nread_before: false',
      'value 4:42 fields.firstname.write',
    ],
    ['nothing to write', 'fields: { firstname: first_name }', 'mode: update', 'missing 1:1 fields'],
    ['a schedule of nothing', 'fields:', 'schedule: {}\nfields:', 'value 4:11 schedule'],
    [
      'a zone that there is not',
      'fields:',
      'schedule: { cron: "0 3 * * 0", timezone: Mars }\nfields:',
      'value 4:42 schedule.timezone',
    ],
    ['no type', 'type: push\n', '', 'missing 1:1 type'],
    ['a type that is none', 'type: push', 'type: psuh', 'value 1:7 type → push'],
    ['a reference without quotes in braces', 'first_name', '${env:CRM_TOKEN}', 'syntax 4:23 '],
    ['a tab', 'fields:', '\tfields:', 'syntax 4:1 '],
    [
      'a variable that is not set',
      'first_name',
      '"${env:CRM_TOKE}"',
      'missing_variable 4:22 fields.firstname → CRM_TOKEN',
    ],
    ['itself before itself', 'fields:', 'after: [people]\nfields:', 'after 4:8 after'],
    [
      'a sync that is not there',
      'fields:',
      'after: [peple]\nfields:',
      'after 4:9 after.0 → people',
    ],
  ])('with %s is refused at its place', async (_, from, to, expected) => {
    const { sync, problems } = await loadSync(replaced(from, to))
    expect(sync).toBeNull()
    expect(
      problems.map(({ code, line, column, path, nearest }) => {
        const place = `${code.replace('config.', '')} ${line}:${column} ${path ?? ''}`
        return nearest === null ? place : `${place} → ${nearest}`
      }),
    ).toEqual([expected])
    expect(problems[0]).toMatchObject({ file: 'syncs/people.yaml', sync: 'people' })
  })

  it('hides nothing of what is wrong beside a slip', async () => {
    const { sync, problems } = await loadSync(
      `type: push
from: { connection: warehose, model: models/pople.sql, key: id }
to: { connection: crm, object: contacts }
fields:
  firstname: { column: first_name, writ: if_empty }
  closed: { column: closed_at, time_zone: Europe/Berln }
  owner: { column: mail, lookup: owners.emial }
removed_rows: clear
mode: insert
read_before: false
schedule: { every: 15 minutes }
after: [other]
`,
      { 'syncs/other.yaml': replaced('fields:', 'after: [people]\nmod: insert\nfields:') },
    )
    expect(sync).toBeNull()
    const told = problems.map(
      ({ code, file, line, path }) => `${file.slice(6, -5)}:${line} ${code.slice(7)} ${path}`,
    )
    expect(told).toEqual([
      'other:4 after after',
      'other:5 unknown_key mod',
      'other:6 shared fields.firstname',
      'people:2 connection from.connection',
      'people:2 missing_file from.model',
      'people:5 unknown_key fields.firstname.writ',
      'people:6 value fields.closed.time_zone',
      'people:7 value fields.owner.lookup',
      'people:8 mode removed_rows',
      'people:11 value schedule.every',
      'people:12 after after',
    ])
  })

  it.each([
    [
      'a misspelt mode needs no match yet',
      'mode: insrt\n',
      ', match: { email: email_address }',
      '',
    ],
    ['a misspelt match is not missed', '', 'match:', 'mathc:'],
    [
      'a variable that is not set names no connection',
      '',
      'connection: crm',
      'connection: "${env:NO}"',
    ],
    [
      'a column that is a list is no missing field',
      '',
      '{ firstname: first_name }',
      '{ firstname: [] }',
    ],
    [
      'a model that stands twice is not looked for',
      '',
      'model: models/people.sql',
      'model: a, table: b',
    ],
  ])('is told for nothing that follows from another: %s', async (_, more, from, to) => {
    const { problems } = await loadSync(replaced(from, to) + more)
    expect(problems).toHaveLength(1)
  })

  it('shares nothing with another while the object of both is missing', async () => {
    const text = replaced(', object: contacts', '')
    const { problems } = await loadSync(text, { 'syncs/second.yaml': text })
    expect(problems.map(({ path }) => path)).toEqual(['to.object', 'to.object'])
  })

  it('names what may be written instead, wherever it says so', async () => {
    for (const [from, to] of [
      ['fields:', 'schedule: { every: fortnightly }\nfields:'],
      ['fields:', 'schedule: { }\nfields:'],
      ['first_name', '{ column: a, lookup: email }'],
      ['first_name', '{ column: a, value: b }'],
      ['model: models/people.sql', 'model: a.sql, table: b'],
      ['email_address }', 'e, x: y }'],
    ] as const) {
      const { problems } = await loadSync(replaced(from, to))
      expect(problems.map(({ expected }) => expected)).toEqual([expect.any(String)])
    }
    const { problems } = await load({
      'syncline.yaml': projectFile.replace('  crm:', '  2crm:'),
    })
    expect(problems.find(({ path }) => path === 'connections.2crm')).toMatchObject({
      message: 'A name starts with a letter and goes on with letters, digits, _ and -.',
    })
  })

  it.each([
    ['', 'The file holds no sync.'],
    ['- a\n', 'The file holds no sync.'],
    ['text\n', 'The file holds no sync.'],
  ])('that is %j is refused', async (text, message) => {
    const { problems } = await loadSync(text)
    expect(problems).toMatchObject([{ code: 'config.type', message, line: 1 }])
  })

  it('reports an empty model by its file', async () => {
    const { problems } = await load({ 'models/people.sql': ' \n' })
    expect(problems).toMatchObject([
      { code: 'config.missing_file', message: 'The file models/people.sql is empty.' },
    ])
  })

  it('with a key that stands twice is told whole, and does not run', async () => {
    const text = replaced('fields:', 'mode: insrt\nmode: update\nshared: 5\nfields:')
    const { sync, problems } = await loadSync(text)
    expect(sync).toBeNull()
    expect(problems.map(({ line, code, path }) => `${line} ${code} ${path}`)).toEqual([
      '5 config.duplicate_key mode',
      '6 config.type shared',
    ])
  })

  it('never stops another', async () => {
    const { project } = await load({
      'syncs/broken.yaml': 'type: push\n\tx: 1\n',
      'syncs/wrong.yaml': replaced('contacts', 'companies').replace('key: id', 'kee: id'),
    })
    expect(project?.syncs.map(({ name }) => name)).toEqual(['people'])
    expect(
      project?.badSyncs.map(({ name, problems }) => [name, problems.map(({ code }) => code)]),
    ).toEqual([
      ['broken', ['config.syntax']],
      ['wrong', ['config.unknown_key']],
    ])
  })

  it('that writes what another does stops both, and is told once', async () => {
    const { project, problems } = await load({ 'syncs/second.yaml': syncFile })
    expect(problems.map(({ file, message, found }) => [file, message, found])).toEqual([
      [
        'syncs/people.yaml',
        'The syncs people and second both write contacts.firstname.',
        'firstname',
      ],
    ])
    expect(project?.badSyncs.map(({ name, problems: own }) => [name, own.length])).toEqual([
      ['people', 1],
      ['second', 1],
    ])
  })

  it.each([
    ['syncs/a b.yaml', '`a b` can not be the name of a sync.'],
    ['syncs/people.yml', 'This file and syncs/people.yaml would be the same sync.'],
    ['syncs/People.yaml', 'This file and syncs/People.yaml would be the same sync.'],
  ])('file named %s is refused', async (path, message) => {
    const { problems } = await load({ [path]: syncFile })
    expect(problems.map((one) => [one.code, one.message])).toEqual([['config.sync_name', message]])
  })
})

describe('the text of problems', () => {
  it('of a key that stands twice in the project hides nothing, and the project is none', async () => {
    const twice = 'connections:\n  more: { type: hubspot, access_token: x, requests: 0 }\n'
    const { project, problems } = await load({
      'syncline.yaml': `${projectFile}${twice}`,
      'syncs/people.yaml': replaced('key: id', 'kee: id'),
    })
    expect(project).toBeNull()
    expect(problems.map(({ file, line, code, path }) => `${file}:${line} ${code} ${path}`)).toEqual(
      [
        'syncline.yaml:7 config.duplicate_key connections',
        'syncline.yaml:8 config.value connections.more.requests',
        'syncs/people.yaml:2 config.unknown_key from.kee',
      ],
    )
  })

  it('is the same for the same files', async () => {
    const { problems } = await load({
      'syncline.yaml': `${projectFile.replace('type: duckdb', 'type: duckbd')}alerts: {}\n`,
      'syncs/people.yaml': replaced('first_name', '{ column: a, write: if_emtpy, sensitive: no }'),
    })
    expect(
      formatProblems(problems),
    ).toBe(`syncline.yaml:3:22: There is no connection type duckbd. [config.value]
  path:     connections.warehouse.type
  expected: one of hubspot, duckdb
  found:    duckbd
  nearest:  duckdb
  do:       Write one of the accepted values.

syncline.yaml:7:1: \`alerts\` is not available in this version. [config.unsupported]
  path:     alerts
  do:       Watch the exit code of \`syncline run\`, or the working schema's \`runs\` table.

syncs/people.yaml:2:21: The connection warehouse has problems of its own. syncline.yaml:3: There is no connection type duckbd. Expected one of hubspot, duckdb. [config.connection]
  path:     from.connection
  found:    warehouse
  do:       Write one of the accepted values.

syncs/people.yaml:4:42: \`write\` does not accept this value. [config.value]
  path:     fields.firstname.write
  expected: one of always, if_empty, if_unchanged
  found:    the text "if_emtpy"
  nearest:  if_empty
  do:       Write one of the accepted values.

syncs/people.yaml:4:63: \`sensitive\` has the wrong type. [config.type]
  path:     fields.firstname.sensitive
  expected: true or false
  found:    the text "no"
  do:       Write false: in YAML 1.2 this word is a text.

5 problems in 2 files`)
  })

  it('has no place where the whole file is meant', async () => {
    const { problems, project } = await loadProject({ directory, env: {}, ...registries })
    expect(project).toBeNull()
    expect(problems.map(formatProblem)).toEqual([
      `syncline.yaml: There is no syncline.yaml in ${directory}. [config.missing_project]\n` +
        '  do:       Change to the folder of your project, or make one with `syncline init`.',
    ])
  })
})

describe('a wrong syncline.yaml', () => {
  it.each<readonly [string, string, string, readonly string[]]>([
    ['another version', 'version: 1', 'version: 2', ['version 1:10 version']],
    ['no version', 'version: 1\n', '', ['missing 1:1 version']],
    ['a tab', 'version: 1', 'version: 1\n\tx: 1', ['syntax 2:1 null']],
    [
      'an unknown key',
      'version: 1',
      'version: 1\nenviroments: {}',
      ['unknown_key 2:1 enviroments'],
    ],
    [
      'a schema for all environments',
      'version: 1',
      'version: 1\nworking_schema: sync',
      ['value 2:17 working_schema'],
    ],
    [
      'a state for all environments',
      'version: 1',
      'version: 1\nstate: { path: a.db }',
      ['value 2:16 state.path'],
    ],
    [
      'a state in two places',
      'version: 1',
      'version: 1\nstate: { path: "{environment}", url: postgresql://host/database }',
      ['value 2:8 state'],
    ],
    [
      'a state in a database of another kind',
      'version: 1',
      'version: 1\nstate: { url: mysql://host/database }',
      ['value 2:15 state.url'],
    ],
  ])('with %s is refused, and the syncs are still checked', async (_, from, to, expected) => {
    const { project, problems } = await load({
      'syncline.yaml': projectFile.replace(from, to),
      'syncs/people.yaml': replaced('fields:', 'feilds:'),
    })
    expect(project).toBeNull()
    const place = problems.map(
      (one) => `${one.code.slice(7)} ${one.line}:${one.column} ${one.path}`,
    )
    expect(place).toEqual([...expected, 'unknown_key 4:1 feilds'])
  })

  it('tells a wrong default once', async () => {
    const { problems } = await load({
      'syncline.yaml': `${projectFile}defaults: { mode: upsrt }\n`,
      'syncs/more.yaml': replaced('contacts', 'companies'),
    })
    expect(problems).toMatchObject([
      { code: 'config.value', path: 'defaults.mode', nearest: 'upsert' },
    ])
  })
})

describe('a wrong connection', () => {
  it.each<readonly [string, string, string, string]>([
    ['an unknown option', 'acces_token: x', 'unknown_key', 'acces_token'],
    ['an option of all connections misspelt', 'prodution: true', 'unknown_key', 'prodution'],
    ['a wrong type', 'requests: many', 'type', 'requests'],
    ['a value out of range', 'requests: 0', 'value', 'requests'],
    ['a nested unknown option', 'oauth: { secret: x }', 'unknown_key', 'oauth.secret'],
    ['a secret store that comes later', 'base_url: ${aws:a#b}', 'unsupported', 'base_url'],
  ])('with %s stops only the syncs that use it', async (_, line, code, path) => {
    const { project, problems } = await load({
      'syncline.yaml': `${projectFile}  second:\n    type: hubspot\n    ${line}\n`,
      'syncs/second.yaml': replaced('connection: crm', 'connection: second'),
    })
    expect(project?.syncs.map(({ name }) => name)).toEqual(['people'])
    expect(project?.badSyncs.map(({ name }) => name)).toEqual(['second'])
    expect(project?.connections.has('second')).toBe(false)
    expect(problems).toContainEqual(
      expect.objectContaining({
        code: `config.${code}`,
        file: 'syncline.yaml',
        line: 9,
        path: `connections.second.${path}`,
      }),
    )
    expect(problems.at(-1)).toMatchObject({
      code: 'config.connection',
      message: expect.stringMatching(
        /^The connection second has problems of its own\. syncline\.yaml:9: \S/,
      ),
    })
  })

  it('with a variable that is not set is told to its syncs with name and place', async () => {
    const url = '    base_url: ${env:CRM_URL}\n'
    const { problems } = await load({
      'syncline.yaml': `${projectFile}  second:\n    type: hubspot\n    access_token: x\n${url}`,
      'syncs/second.yaml': replaced('connection: crm', 'connection: second'),
    })
    expect(problems.at(-1)).toMatchObject({
      file: 'syncs/second.yaml',
      message:
        'The connection second has problems of its own. syncline.yaml:10: The variable CRM_URL is not set.',
      remedy: 'Set CRM_URL in the environment, or add it to .env.',
    })
  })

  it.each([
    ['type: hubspto', 'There is no connection type hubspto.'],
    ['path: x', 'The connection second has no `type`.'],
  ])('of no known type is refused: %s', async (line, message) => {
    const { problems } = await load({ 'syncline.yaml': `${projectFile}  second: { ${line} }\n` })
    expect(problems.map((one) => one.message)).toEqual([message])
  })

  it('never shows a secret or what a reference stands for', async () => {
    const { problems, redactor } = await load(
      {
        'syncline.yaml': `version: 1
connections:
  warehouse: { type: duckdb, path: data.duckdb }
  crm: { type: hubspot, access_token: { x: in-the-file }, requests: "\${env:CRM_TOKEN}", base_url: "\${env:CRM_TOKEN}", oauth: { client_secret: 123456789 } }
`,
      },
      {},
    )
    const text = formatProblems(problems)
    expect(problems.map(({ path }) => path)).toContain('connections.crm.oauth.client_secret')
    for (const secret of ['a-secret-token', 'in-the-file', '123456789']) {
      expect(text).not.toContain(secret)
    }
    expect(redactor.redact('123456789 in-the-file')).toBe('*** ***')
  })
})

describe('references', () => {
  it('are read as the number or boolean that the option takes', async () => {
    const { project, problems } = await load(
      { 'syncline.yaml': `${projectFile}    requests: \${env:N}\n    trace: \${env:B}\n` },
      { env: { CRM_TOKEN: '12345', N: '15', B: 'true' } },
    )
    expect(problems).toEqual([])
    expect(project?.connections.get('crm')?.options).toEqual({
      access_token: '12345',
      requests: 15,
      trace: true,
    })
  })

  it('find variables in .env, below those that are really set', async () => {
    const { project } = await load(
      {
        '.env': 'CRM_TOKEN=from-file\nURL="http://x"\n',
        'syncline.yaml': `${projectFile}    base_url: \${env:URL}\n`,
      },
      { env: { CRM_TOKEN: 'from-process', URL: undefined } },
    )
    expect(project?.connections.get('crm')?.options).toEqual({
      access_token: 'from-process',
      base_url: 'http://x',
    })
  })

  it('that are escaped or missing in secret options leave the redactor right', async () => {
    const { redactor } = await load({
      'syncline.yaml': projectFile.replace('${env:CRM_TOKEN}', () => '$${odd}token'),
    })
    expect(redactor.redact('${odd}token')).toBe('***')
    const missing = await load({}, { env: {} })
    expect(missing.redactor.redact('${env:CRM_TOKEN}')).toBe('${env:CRM_TOKEN}')
  })

  it('make secret options known to the redactor', async () => {
    const { redactor } = await load({
      'syncline.yaml': `${projectFile}state: { url: "postgres://me:pass%20word@host/db" }\n`,
    })
    expect(redactor.redact('a-secret-token, pass word, data.duckdb')).toBe('***, ***, data.duckdb')
  })
})

describe('an environment', () => {
  const environments = `environments:
  prod:
    connections:
      crm: { access_token: null, oauth: { client_secret: "\${env:PROD_SECRET}" }, production: true }
    guards: { max_changes: 5% }
  review: { write: false }
`
  const text = `${projectFile}${environments}defaults: { guards: { max_changes: 20%, max_clears: 2% } }\n`
  const files = { 'syncline.yaml': text }

  it.each([
    [{}, undefined, 'dev'],
    [{ SYNCLINE_ENV: 'prod' }, undefined, 'prod'],
    [{ SYNCLINE_ENV: 'prod' }, 'review', 'review'],
    [{ SYNCLINE_ENV: '' }, undefined, 'dev'],
  ])('is chosen by %j and --env %s: %s', async (variables, environment, expected) => {
    const env = { CRM_TOKEN: 'token', PROD_SECRET: 'secret', ...variables }
    const { project, problems } = await load(files, { env, environment })
    expect(problems).toEqual([])
    expect(project).toMatchObject({
      environment: expected,
      workingSchema: `syncline_${expected}`,
      state: { kind: 'sqlite', path: join(directory, `.syncline/${expected}/state.db`) },
    })
  })

  it('overrides connections, and only its own variables need to be set', async () => {
    const { project, problems } = await load(files, {
      environment: 'prod',
      env: { PROD_SECRET: 'secret' },
    })
    expect(problems).toEqual([])
    expect(project?.connections.get('crm')).toMatchObject({
      options: { oauth: { client_secret: 'secret' } },
      production: true,
      writable: true,
    })
  })

  it('may reach another type of warehouse: the former options go, the protection stays', async () => {
    const other = `${projectFile}environments:
  shared:
    connections: { warehouse: { type: postgres, url: "postgres://h/d" } }
  wrong:
    connections: { warehouse: { type: postgres, path: other.duckdb }, crm: { type: mainframe } }
`.replace('type: duckdb', 'production: true, type: duckdb')
    const postgres = { options: z.strictObject({ url: z.string() }) }
    const warehouses = new Map<string, ConnectionType>([
      ...registries.warehouses,
      ['postgres', postgres],
    ])
    const { project, problems } = await load(
      { 'syncline.yaml': other },
      { environment: 'shared', env: { CRM_TOKEN: 'token' }, warehouses },
    )
    expect(project?.connections.get('warehouse')).toMatchObject({
      type: 'postgres',
      options: { url: 'postgres://h/d' },
      production: true,
    })
    expect(project?.connections.get('warehouse')?.options).not.toHaveProperty('path')
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['environments.wrong.connections.warehouse.path', 'config.unknown_key'],
      ['environments.wrong.connections.crm.type', 'config.value'],
    ])
  })

  it.each([
    ['of a connection', '    base_url: "${env:NOT_SET}"'],
    ['of the server', 'server: { path_secret: "${env:NOT_SET}" }'],
  ])('whose variable is not set is told of that alone: %s', async (_, option) => {
    const unset = `${projectFile}${option}\n`
    const { problems } = await load({ 'syncline.yaml': unset })
    expect(problems.filter(({ file }) => file === 'syncline.yaml').map(({ code }) => code)).toEqual(
      ['config.missing_variable'],
    )
  })

  it.each([
    ['dev', undefined, 20],
    ['prod', undefined, 5],
    ['dev', 'guards: { max_changes: 30% }\n', 30],
    ['prod', 'guards: { max_changes: 30% }\n', 5],
  ])(
    '%s with %j in the sync allows changes of %i %%',
    async (environment, guards = '', percent) => {
      const env = { CRM_TOKEN: 'token', PROD_SECRET: 'secret' }
      const { project } = await load(
        { ...files, 'syncs/people.yaml': `${syncFile}${guards}` },
        { env, environment },
      )
      const [sync] = project?.syncs.filter((one) => isOf('push', one)) ?? []
      expect(sync?.guards).toMatchObject({
        maxChanges: { percent },
        maxClears: { percent: 2 },
        maxDeletes: { percent: 1 },
      })
    },
  )

  it('that is not declared stops everything', async () => {
    const { project, problems } = await load(files, { environment: 'prd' })
    expect(project).toBeNull()
    expect(problems).toMatchObject([
      {
        code: 'config.unknown_environment',
        expected: 'one of dev, prod, review',
        found: 'prd',
        nearest: 'prod',
      },
    ])
  })

  it('named dev never writes to production', async () => {
    const marked = { 'syncline.yaml': `${projectFile}    production: true\n` }
    const { project } = await load(marked)
    expect(project?.connections.get('crm')).toMatchObject({
      writable: false,
      notWritableBecause:
        'The connection crm is marked `production: true`, and the environment dev never writes to those.',
    })
    expect(project?.connections.get('warehouse')?.writable).toBe(true)
  })

  it('with `write: false` never writes anywhere', async () => {
    const { project } = await load(files, { environment: 'review' })
    expect([...(project?.connections.values() ?? [])].map((one) => one.notWritableBecause)).toEqual(
      Array(2).fill('The environment review says `write: false`.'),
    )
  })

  it('keeps state and working schema apart by the names a project gives', async () => {
    const own =
      'working_schema: sync_{environment}\nstate: { url: "postgres://h/d", schema: "s_{environment}" }\n'
    const { project } = await load({ 'syncline.yaml': `${projectFile}${own}` })
    expect(project).toMatchObject({
      workingSchema: 'sync_dev',
      state: { kind: 'postgres', url: 'postgres://h/d', schema: 's_dev' },
    })
  })

  it('is checked even when another is chosen, and then stops nothing', async () => {
    const wrong = `${projectFile}environments:
  Prod-1: {}
  prod:
    guards: { max_change: 1% }
    write: nope
    connections: { crn: {}, crm: { tokn: x, trace: "\${env:NOT_SET}" } }
`
    const { project, problems } = await load({ 'syncline.yaml': wrong })
    expect(project?.syncs).toHaveLength(1)
    expect(problems.map(({ path, nearest }) => [path, nearest])).toEqual([
      ['environments.Prod-1', null],
      ['environments.prod.guards.max_change', 'max_changes'],
      ['environments.prod.write', null],
      ['environments.prod.connections.crn', 'crm'],
      ['environments.prod.connections.crm.tokn', null],
    ])
  })
})

/** A source of no CRM of ours: signed JSON webhooks, described in configuration, become history. */
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registries } from '../../src/app/workspace/registries.ts'
import { loadProject } from '../../src/config/project/load-project.ts'
import type { Row } from '../../src/model/value.ts'
import { runIn } from '../cli/cli-world.ts'
import { loadedLines } from '../../src/cli/render/pull.ts'
import { pullAsUsual } from '../support/open-project.ts'
import { pathSecret, serveFiles, type ServingProject } from './serving-project.ts'

const secret = 'a-secret-of-the-billing'

const project = `version: 1
connections:
  billing:
    type: webhook
    signature:
      secret: ${secret}
      header: X-Signature
      prefix: "sha256="
      timestamp: { header: X-Time, within_seconds: 300 }
    event: { object: /type, key: /data/number, action: /event, time: /at, record: /data, id: /id }
    actions: { created: create, changed: update, deleted: delete, viewed: ignore }
    objects:
      invoices:
        named: invoice
        singular: invoice
        fields: { total: decimal, paid: boolean, due: date, buyer: text, lines: json }
  crm: { type: hubspot, access_token: a-token-of-the-crm }
  warehouse: { type: duckdb, path: warehouse.duckdb, create: true, threads: 1 }
server: { port: 0, max_body_bytes: 20000, path_secret: ${pathSecret} }
`

const sync = `type: pull
from: { connection: billing }
to: { connection: warehouse, schema: billing, tables: "{singular}_history" }
`

let served: ServingProject

beforeEach(async () => {
  served = await serveFiles({ project, syncs: { billing: sync } })
})
afterEach(() => served.close())

interface Sent {
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
}

function event(number: string, action: string, second: number, data: object = {}): string {
  const at = `2026-11-22T12:00:${String(second).padStart(2, '0')}Z`
  const record = { number, ...data }
  return JSON.stringify({
    id: `${number}-${second}`,
    type: 'invoice',
    event: action,
    at,
    data: record,
  })
}

function signed(body: string, seconds = Math.floor(Date.now() / 1_000)): Record<string, string> {
  const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return { 'x-signature': `sha256=${hex}`, 'x-time': String(seconds) }
}

async function send({
  body,
  headers = signed(body),
  path = '/webhooks/billing',
}: Sent): Promise<number> {
  const response = await fetch(`${served.serving.url}${path}`, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}

async function waiting(): Promise<number> {
  return (await (await served.workspace.journal()).extent()).entries
}

function query(text: string): Promise<readonly Row[]> {
  return served.query(`select cast(columns(*) as varchar) from (${text})`)
}

describe('a signed webhook', () => {
  it('becomes history, with columns as they are declared, whatever order it came in', async () => {
    const lines = [{ sku: 'a', count: 9007199254740993n.toString() }]
    const all = [
      event('A1', 'deleted', 30),
      event('A1', 'changed', 20, {
        total: 20.5,
        paid: true,
        due: '2026-12-01',
        buyer: 'Ann',
        lines,
      }),
      event('A1', 'created', 10, { total: 10, paid: false, due: null, buyer: '', lines: [] }),
      event('B2', 'created', 10, { total: 0.1 }),
      event('B2', 'viewed', 15),
    ]
    for (const body of [...all, ...all]) expect(await send({ body })).toBe(200)
    await served.allLoaded()
    const columns =
      'id, cast(total as varchar), paid, cast(due as varchar), buyer, cast(lines as varchar)'
    expect(
      await query(
        `select ${columns}, _cdc_active from billing.invoice_history order by id, _cdc_start`,
      ),
    ).toEqual([
      ['A1', '10.000000000', 'false', null, '', '[]', 'false'],
      [
        'A1',
        '20.500000000',
        'true',
        '2026-12-01',
        'Ann',
        '[{"sku":"a","count":"9007199254740993"}]',
        'false',
      ],
      ['B2', '0.100000000', null, null, null, null, 'true'],
    ])
    expect(await query('select id from billing.invoices')).toEqual([['B2']])
    expect(served.told).toEqual([])
  })

  it('keeps what is not declared, or of another kind, in columns of its own, and tells of them', async () => {
    await served.close()
    const told: (readonly string[])[] = []
    served = await serveFiles(
      { project, syncs: { billing: sync } },
      {
        onLoaded: ({ newColumns }) => told.push(newColumns),
      },
    )
    await send({ body: event('A1', 'created', 1, { total: 'a lot', colour: 'red' }) })
    await served.allLoaded()
    expect(told.flat().toSorted()).toEqual(['invoices.colour', 'invoices.total__text'])
    expect(await query('select total, total__text, colour from billing.invoices')).toEqual([
      [null, 'a lot', 'red'],
    ])
  })

  it('with ids as names of fields makes no column for each, and its receiver says so', async () => {
    await served.close()
    const told: (readonly string[])[] = []
    served = await serveFiles(
      { project, syncs: { billing: sync } },
      { onLoaded: (load) => told.push(loadedLines(load)) },
    )
    const ids = Object.fromEntries(Array.from({ length: 260 }, (_, id) => [`u${id}`, id]))
    await send({ body: event('A1', 'created', 1, { ...ids, total: 1 }) })
    await send({ body: event('A1', 'changed', 2, { u259: 'x' }) })
    await served.allLoaded()
    expect(told.flat()).toContain(
      'notice pull.too_many_columns: Sync billing: invoices has 200 columns for fields that nobody declared, or as many as it may have in all; what else is sent is kept in its column more_fields.',
    )
    expect(
      await query(
        `select u199, more_fields ->> 'u200', more_fields ->> 'u259' from billing.invoices`,
      ),
    ).toEqual([['199', '200', '"x"']])
  })

  it('is kept and reported where it tells of nothing that can be read', async () => {
    const bodies = ['no JSON', '{"type":"invoice"}', event('A1', 'sold', 1)]
    for (const body of bodies) expect(await send({ body })).toBe(200)
    await served.allLoaded()
    const unread = await query(
      'select reason, body from syncline_dev.unread_events order by position',
    )
    expect(unread).toEqual([
      ['it is no JSON object', 'no JSON'],
      ['there is no action at /event', '{"type":"invoice"}'],
      ['its action is not among `actions`: "sold"', event('A1', 'sold', 1)],
    ])
  })

  it.each<[string, (body: string) => Partial<Sent>, number]>([
    ['no signature', () => ({ headers: {} }), 401],
    ['a signature of another body', () => ({ headers: signed('other') }), 401],
    [
      'a signature by another secret',
      (body) => ({
        headers: {
          ...signed(body),
          'x-signature': `sha256=${createHmac('sha256', 'another').update(body).digest('hex')}`,
        },
      }),
      401,
    ],
    [
      'what was signed six minutes ago',
      (body) => ({ headers: signed(body, Date.now() / 1_000 - 360) }),
      401,
    ],
    [
      'the secret of the path in place of a signature',
      () => ({ headers: {}, path: `/webhooks/billing/${pathSecret}` }),
      404,
    ],
    ['a signature for another connection', () => ({ path: '/webhooks/crm' }), 404],
    [
      'a body that is packed',
      (body) => ({ headers: { ...signed(body), 'content-encoding': 'gzip' } }),
      415,
    ],
    ['a body that is too large', () => ({ body: 'x'.repeat(20_001) }), 413],
  ])('with %s is refused, and leaves nothing', async (_what, change, status) => {
    const body = event('A1', 'created', 1)
    expect(await send({ body, ...change(body) })).toBe(status)
    expect(await waiting()).toBe(0)
  })

  it('that is told twice within its time counts once', async () => {
    const body = event('A1', 'created', 1, { total: 1 })
    const headers = signed(body)
    expect([await send({ body, headers }), await send({ body, headers })]).toEqual([200, 200])
    await served.allLoaded()
    expect(await query('select count(*) from billing.invoices_changes')).toEqual([['1']])
  })

  it('that comes after the deletion it precedes opens nothing', async () => {
    await send({ body: event('A1', 'created', 1, { total: 1 }) })
    await send({ body: event('A1', 'deleted', 9) })
    await served.allLoaded()
    await send({ body: event('A1', 'changed', 5, { total: 2 }) })
    await served.allLoaded()
    expect(await query('select id from billing.invoices')).toEqual([])
    expect(await query('select count(*) from billing.invoice_history')).toEqual([['2']])
  })
})

describe('a pull of what is only sent', () => {
  it('is run by loading what waits, and is never compared with anything', async () => {
    const run = await pullAsUsual(served.workspace, 'run')
    expect(run).toMatchObject({ state: 'succeeded', objects: [] })
    const reconcile = pullAsUsual(served.workspace, 'reconcile')
    await expect(reconcile).rejects.toMatchObject({ code: 'app.not_readable' })
  })

  it('is checked and discovered without asking anybody', async () => {
    const { directory } = served.workspace.project
    const [discovered, checked] = [
      await runIn(directory, ['discover', 'billing', 'invoices']),
      await runIn(directory, ['check', 'billing']),
    ]
    expect([discovered.code, discovered.stdout]).toEqual([0, expect.stringContaining('total')])
    expect([checked.code, checked.stdout]).toEqual([
      0,
      expect.stringContaining('invoices can be read, 5 fields'),
    ])
  })
})

it.each([
  [
    'capture: { reconcile: { cron: "0 3 * * 0" } }',
    'A connection of the type webhook can not be read: it only receives.',
  ],
  [
    'capture: { webhooks: true }',
    'Webhooks of a CRM of the type webhook are not made by Syncline.',
  ],
  ['fields: { exclude: [orders.total] }', '`orders.total` is of no object that this sync pulls.'],
])('a pull of what is only sent may not say %s', async (line, message) => {
  const { directory } = served.workspace.project
  writeFileSync(join(directory, 'syncs/billing.yaml'), `${sync}${line}\n`)
  const { problems } = await loadProject({ directory, env: {}, ...registries })
  expect(problems).toMatchObject([{ file: 'syncs/billing.yaml', message }])
})

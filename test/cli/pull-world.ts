/** A project that also pulls: what its CRM shows is the test's to change, all else is as people have it. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RequestFailure } from '../../src/connector/connector.ts'
import { createCallLog } from '../../src/connector/http/calls.ts'
import { sources } from '../../src/connector/registry.ts'
import { type CrmReader, defineSource, type Source } from '../../src/connector/source.ts'
import { addMicroseconds } from '../../src/core/change/instant.ts'
import type { KnownValue } from '../../src/model/change.ts'
import { deals, joinedReader, scriptedCrm, type ScriptedCrm, text } from '../pull/scripted-crm.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { rewrite } from './project-files.ts'

/** The type of the connection `pipes`. */
const sourceType = 'scripted_pipes'

export interface PullWorld extends CliWorld {
  readonly deals: ScriptedCrm
  readonly persons: ScriptedCrm
  /** Objects in the order in which their pages were asked for; a test empties it. */
  readonly asked: string[]
  /** A later moment by the clock of the CRM. */
  tick(): string
  /** A record's values as somebody leaves them now, beside those that it had. */
  edit(crm: ScriptedCrm, key: string, values: Readonly<Record<string, KnownValue | null>>): void
}

export async function createPullWorld(): Promise<PullWorld> {
  const world = await createCliWorld()
  addPull(world.directory)
  const [ofDeals, ofPersons] = [scriptedCrm(deals), scriptedCrm(persons)]
  const asked: string[] = []
  const registry = sources as Map<string, Source<unknown>>
  registry.set(sourceType, scriptedSource(joinedReader([ofDeals, ofPersons]), asked))
  const tick = (): string => {
    const later = addMicroseconds(ofDeals.now, 3_600_000_000n)
    for (const crm of [ofDeals, ofPersons]) crm.now = later
    return later
  }
  const edit: PullWorld['edit'] = (crm, key, values) => {
    const known = Object.fromEntries(crm.records.get(key)?.fields ?? [])
    crm.put(key, tick(), { ...known, ...values })
    tick()
  }
  for (const crm of [ofDeals, ofPersons]) {
    crm.fields = fields
    for (const key of ['1', '2', '3']) {
      edit(crm, key, { title: text(`${crm.object.singular} ${key}`), value: money('10') })
    }
  }
  return {
    ...world,
    deals: ofDeals,
    persons: ofPersons,
    asked,
    tick,
    edit,
    close: async () => {
      registry.delete(sourceType)
      await world.close()
    },
  }
}

export const money = (amount: string): KnownValue => ({ kind: 'decimal', text: amount })

function addPull(directory: string): void {
  rewrite(directory, 'syncline.yaml', [
    'connections:\n',
    `connections:\n  pipes: { type: ${sourceType}, token: a-token-of-pipes }\n`,
  ])
  writeFileSync(
    join(directory, 'syncs/crm.yaml'),
    `type: pull
from: { connection: pipes }
to: { connection: warehouse, schema: crm_sync, tables: "{singular}_history" }
tags: [nightly]
`,
  )
  appendFileSync(join(directory, 'syncs/customers.yaml'), 'after: [crm]\n')
}

const persons = {
  name: 'persons',
  singular: 'person',
  label: 'People',
  keyKind: 'integer',
} as const

const fields = [
  { name: 'title', label: 'Title', kind: 'text' },
  { name: 'value', label: 'Value', kind: 'decimal', scale: 2 },
  { name: 'stage', label: 'Stage', kind: 'integer', options: [{ value: '1', label: 'Won' }] },
] as const

/** Its token may see every object, or `of-deals-alone`. */
function scriptedSource(reader: CrmReader, asked: string[]): Source<unknown> {
  return defineSource<unknown>({
    name: sourceType,
    options: z.object({ token: z.string().meta({ secret: true }) }),
    limits: [{ name: 'burst', max: 20, windowMs: 2_000, source: 'https://pipes.example/limits' }],
    objects: [deals, persons],
    timing: { requestTimeoutMs: 1_000 },
    events: null,
    subscriptions: null,
    open(options) {
      const log = createCallLog()
      const { token } = options as { readonly token: string }
      return {
        ...reader,
        account: () => {
          log.record({ endpoint: 'GET /me', ...exchange })
          return Promise.resolve({ id: '77', name: 'Pipes Ltd', timeZone: null })
        },
        describe: async (name) => {
          log.record({ endpoint: 'GET /fields', ...exchange })
          if (token === 'of-deals-alone' && name !== 'deals') {
            throw new RequestFailure({ kind: 'auth', message: `no scope for ${name}`, status: 403 })
          }
          return reader.describe(name)
        },
        list: (object, page) => {
          log.record({ endpoint: 'GET /list', ...exchange })
          asked.push(object.name)
          return reader.list(object, page)
        },
        calls: () => log.list(),
      }
    },
  })
}

const exchange = { ok: true, bytesSent: 1, bytesReceived: 1, latencyMs: 1, waitedMs: 0 }

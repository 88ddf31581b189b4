/** A project that also pulls: from a CRM of two objects, by methods that the test watches. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MockInstance, vi } from 'vitest'
import { z } from 'zod'
import { RequestFailure } from '../../src/connector/connector.ts'
import { createCallLog } from '../../src/connector/http/calls.ts'
import { sources } from '../../src/connector/registry.ts'
import { defineSource, type ReadRecord, type Source } from '../../src/connector/source.ts'
import { pullMethods } from '../../src/engine/pull/methods.ts'
import type { ObjectReport, PullMethod, PullReport } from '../../src/engine/pull/pull.ts'
import type { SynclineError } from '../../src/model/error.ts'
import type { PullRunKind } from '../../src/model/run.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { rewrite } from './project-files.ts'

/** The type of the connection `pipes`. */
const sourceType = 'scripted_pipes'

export interface PullWorld extends CliWorld {
  readonly methods: Readonly<Record<PullRunKind, MockInstance<PullMethod>>>
  /** What the next runs find to be other than it was; nothing, unless told. */
  finds(drift: Partial<ObjectReport['drift']>, error?: SynclineError): void
}

export async function createPullWorld(): Promise<PullWorld> {
  const world = await createCliWorld()
  addPull(world.directory)
  const registry = sources as Map<string, Source<unknown>>
  registry.set(sourceType, scriptedSource)
  let found: Found = { drift: {}, error: null }
  const watched = (kind: PullRunKind) =>
    vi.spyOn(pullMethods, kind).mockImplementation((...given) => scriptedPull(found, ...given))
  const methods = {
    run: watched('run'),
    reconcile: watched('reconcile'),
    replay: watched('replay'),
  }
  return {
    ...world,
    methods,
    finds: (drift, error) => {
      found = { drift, error: error ?? null }
    },
    close: async () => {
      for (const method of Object.values(methods)) method.mockRestore()
      registry.delete(sourceType)
      await world.close()
    },
  }
}

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

const objects = [
  { name: 'deals', singular: 'deal', label: 'Deals' },
  { name: 'persons', singular: 'person', label: 'People' },
]

const records: readonly ReadRecord[] = ['1', '2', '3'].map((key) => ({
  key,
  fields: new Map(),
  updatedAt: null,
  isDeleted: false,
}))

const scriptedSource: Source<unknown> = defineSource<unknown>({
  name: sourceType,
  options: z.object({ token: z.string().meta({ secret: true }) }),
  limits: [{ name: 'burst', max: 20, windowMs: 2_000, source: 'https://pipes.example/limits' }],
  objects,
  timing: { requestTimeoutMs: 1_000 },
  open(options) {
    const log = createCallLog()
    const asked = (endpoint: string): void =>
      log.record({
        endpoint,
        ok: true,
        bytesSent: 1,
        bytesReceived: 1,
        latencyMs: 1,
        waitedMs: 0,
      })
    return {
      account: async () => {
        asked('GET /me')
        return { id: '77', name: 'Pipes Ltd', timeZone: null }
      },
      describe: async (name) => {
        asked('GET /fields')
        const object = objects.find((one) => one.name === name)
        const { token } = options as { readonly token: string }
        if (object === undefined || (token === 'of-deals-alone' && name !== 'deals')) {
          throw new RequestFailure({ kind: 'auth', message: `no scope for ${name}`, status: 403 })
        }
        return {
          ...object,
          resolution: 'second',
          fields: [
            { name: 'title', label: 'Title', kind: 'text' },
            { name: 'value', label: 'Value', kind: 'decimal', scale: 2 },
            {
              name: 'stage',
              label: 'Stage',
              kind: 'integer',
              options: [{ value: '1', label: 'Won' }],
            },
          ],
        }
      },
      list: async () => {
        asked('GET /list')
        return { records, next: null, askedAt: '2026-01-01T00:00:00.000000Z' }
      },
      fetch: async () => ({ records: new Map(), askedAt: '2026-01-01T00:00:00.000000Z' }),
      calls: () => log.list(),
      close: async () => undefined,
    }
  },
})

interface Found {
  readonly drift: Partial<ObjectReport['drift']>
  readonly error: SynclineError | null
}

/** As a method of the engine moves its run and tells of it; what it finds is given. */
async function scriptedPull(
  { drift, error }: Found,
  ...[collaborators, lease, options]: Parameters<PullMethod>
): Promise<PullReport> {
  const { clock, ledger, progress, reader, sync } = collaborators
  const { runId, kind } = options
  const startedAt = clock.now()
  const meant = options.objects.length === 0 ? sync.objects : options.objects
  if (!options.dryRun) {
    await ledger.createRun(lease.current(), { id: runId, kind, state: 'pulling', startedAt })
  }
  const reports: ObjectReport[] = []
  for (const name of meant) {
    const object = await reader.describe(name)
    const page = await reader.list(object, { after: null, since: null })
    progress({ at: 'reading', object: name, records: page.records.length })
    progress({ at: 'loaded', object: name, changes: 2 })
    const none = { created: 0, changed: 0, deleted: 0, withheld: 0, fields: {} }
    reports.push({
      object: name,
      read: page.records.length,
      added: 2,
      drift: { ...none, ...drift },
      newColumns:
        name === 'deals' ? [{ column: 'value', field: 'value', nativeType: 'DECIMAL(38,2)' }] : [],
    })
  }
  const report: PullReport = {
    sync: sync.name,
    runId,
    kind,
    state: error === null ? 'succeeded' : 'failed',
    startedAt,
    endedAt: clock.now(),
    objects: reports,
    error,
  }
  if (!options.dryRun) {
    const event = error === null ? 'confirmed' : 'failure'
    const details = error === null ? {} : { error: { code: error.code, message: error.message } }
    await ledger.transition(lease.current(), runId, event, clock.now(), { report, ...details })
  }
  return report
}

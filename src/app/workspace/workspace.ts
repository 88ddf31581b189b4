/**
 * A loaded project with what it connects to, opened when first asked for and closed together: the
 * composition root shared by the command line and the server.
 */
import type { Project } from '../../config/project.ts'
import type { Variables } from '../../config/references/variables.ts'
import type { Connector, Crm, OpenContext } from '../../connector/connector.ts'
import { createSharedBudgetBook } from '../../connector/http/budget-book.ts'
import { openCrm, openReader, sourceOf, sources } from '../../connector/registry.ts'
import type { CrmReader, Source } from '../../connector/source.ts'
import type { Journal } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openLedger } from '../../ledger/open-ledger.ts'
import { warehouses as warehouseTypes } from '../../warehouse/registry.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { readCertificates } from './certificates.ts'
import { journalLocation } from './journal-location.ts'
import { isGone, newProcessName } from '../process-name.ts'
import { crmTypes } from './registries.ts'
import { systemClock } from '../system-clock.ts'

export interface OpenedCrm {
  readonly connector: Connector<unknown>
  readonly crm: Crm
}

export interface OpenedSource {
  readonly source: Source<unknown>
  readonly reader: CrmReader
}

export interface Workspace {
  readonly project: Project
  /** Names this process in leases. */
  readonly owner: string
  ledger(): Promise<Ledger>
  journal(): Promise<Journal>
  warehouse(connection: string): Promise<Warehouse>
  /** Of a connection that can be pushed to. */
  crm(connection: string): Promise<OpenedCrm>
  /** Of a connection that can be pulled from. */
  source(connection: string): Promise<OpenedSource>
  close(): Promise<void>
}

export function openWorkspace(project: Project, variables: Variables): Workspace {
  const clock = systemClock
  const owner = newProcessName()
  const transport = once(async () => {
    const { createUndiciTransport } = await import('../../connector/http/undici-transport.ts')
    return createUndiciTransport({
      ...proxyOf(variables),
      extraCaCertificates: await readCertificates(variables),
    })
  })
  const ledger = once(() => openLedger(ledgerLocation(project)))
  const journal = once(() => openJournal(journalLocation(project)))
  const warehouses = new Map<string, Once<Warehouse>>()
  const types = crmTypes(project.directory)
  const budgets = createSharedBudgetBook({
    clock,
    owner,
    requestMs: Math.max(
      0,
      ...[...project.connections.values()]
        .flatMap(({ type }) => [types.get(type), sources.get(type)])
        .map((one) => one?.timing.requestTimeoutMs ?? 0),
    ),
    takeTurn: async (turn) => await (await ledger()).takeBudgetTurn(turn, isGone),
  })
  const crms = new Map<string, Once<OpenedCrm>>()
  const readers = new Map<string, Once<OpenedSource>>()
  const context = async (): Promise<OpenContext> => ({
    clock,
    random: Math.random,
    transport: await transport(),
    budgets,
  })
  for (const { name, role, type, options } of project.connections.values()) {
    if (role === 'warehouse') {
      const place = { clock, directory: project.directory }
      const definition = [...warehouseTypes].find(([known]) => known === type)?.[1]
      warehouses.set(
        name,
        once(async () => required(definition, type).open(options, place)),
      )
      continue
    }
    const connector = types.get(type)
    const source = sources.get(type)
    if (connector !== undefined) {
      const open = async () => ({ connector, crm: openCrm(connector, options, await context()) })
      crms.set(name, once(open))
    }
    if (source !== undefined) {
      const open = async () => ({
        source: sourceOf(source, options),
        reader: openReader(source, options, await context()),
      })
      readers.set(name, once(open))
    }
  }
  return {
    project,
    owner,
    ledger,
    journal,
    warehouse: (name) => required(warehouses.get(name), name)(),
    crm: (name) => required(crms.get(name), name)(),
    source: (name) => required(readers.get(name), name)(),
    close: async () => {
      for (const open of crms.values()) await open.opened()?.then(({ crm }) => crm.close())
      for (const open of readers.values()) await open.opened()?.then(({ reader }) => reader.close())
      await budgets.leave()
      for (const open of warehouses.values()) await open.opened()?.then((one) => one.close())
      await journal.opened()?.then((one) => one.close())
      await ledger.opened()?.then((one) => one.close())
      await transport.opened()?.then((one) => one.close())
    },
  }
}

function ledgerLocation({ state }: Project): Parameters<typeof openLedger>[0] {
  return state.kind === 'sqlite'
    ? { kind: 'sqlite', file: state.path }
    : { kind: 'postgres', url: state.url, schema: state.schema }
}

function proxyOf(variables: Variables): Record<string, string> {
  const httpsProxy = variables.HTTPS_PROXY ?? variables.https_proxy
  const httpProxy = variables.HTTP_PROXY ?? variables.http_proxy
  const noProxy = variables.NO_PROXY ?? variables.no_proxy
  return {
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
  }
}

/** Configuration has checked every name before it gets here. */
function required<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`configuration let the unknown name ${name} pass`)
  return found
}

interface Once<T> {
  (): Promise<T>
  /** The opening in progress or done, or null when nobody asked yet or it failed. */
  opened(): Promise<T> | null
}

function once<T>(open: () => Promise<T>): Once<T> {
  let opened: Promise<T> | null = null
  const ask = (): Promise<T> => {
    opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }
  return Object.assign(ask, { opened: () => opened })
}

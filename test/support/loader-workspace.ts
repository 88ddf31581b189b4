/** As much of an opened project as who receives and loads webhooks asks for: one pull, and whatever databases it is given. */
import type { Workspace } from '../../src/app/workspace/workspace.ts'
import type { CrmReader, Source } from '../../src/connector/source.ts'
import type { Journal } from '../../src/journal/journal.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { PullSync } from '../../src/model/sync.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'

export interface LoaderParts {
  readonly sync: PullSync
  /** The process, as leases name it. */
  readonly owner: string
  readonly ledger: Ledger
  readonly warehouse: Warehouse
  readonly journal: Journal
  readonly source: Pick<Source<unknown>, 'name' | 'objects' | 'events'>
  readonly reader: CrmReader
  /** Why the environment may not write to the warehouse; null where it may. */
  readonly notWritableBecause?: string | null
}

export function loaderWorkspace({
  sync,
  owner,
  ledger,
  warehouse,
  journal,
  source,
  reader,
  notWritableBecause = null,
}: LoaderParts): Workspace {
  const writable = notWritableBecause === null
  const connections = new Map([[sync.warehouse, { writable, notWritableBecause }]])
  const server = {
    pathSecret: null,
    basicAuth: null,
    runToken: null,
    maxBodyBytes: 1_000_000,
    journalAlarm: { ageMs: 3_600_000, bytes: 1_000_000_000 },
  }
  const workspace = {
    project: { syncs: [sync], badSyncs: [], workingSchema: 'syncline', connections, server },
    owner,
    ledger: () => Promise.resolve(ledger),
    journal: () => Promise.resolve(journal),
    warehouse: () => Promise.resolve(warehouse),
    source: () => Promise.resolve({ source, reader }),
  }
  return workspace as unknown as Workspace
}

/**
 * The local Salesforce: an org in memory that behaves as Salesforce's REST API does, bad days included.
 * It has no sockets and no clock of its own, so that thousands of histories run in a simulated hour.
 */
import { checkName } from '../check-settings.ts'
import { type Desk, LocalCrm } from '../local-crm.ts'
import { seededRandom } from '../random.ts'
import { RequestDesk } from '../request-desk.ts'
import { SalesforceApi } from './api.ts'
import { ApiLimits, developerLimits } from './request/api-limits.ts'
import { notFound } from './wire/api-error.ts'
import type { IngestJob } from './store/ingest-job.ts'
import { notAllowed } from './bulk/job-errors.ts'
import { JobRunner } from './bulk/job-runner.ts'
import { dumpOrg } from './dump.ts'
import { type Edit, performEdit } from './writes/edit.ts'
import { type FaultKind, Faults, noFaults } from './request/faults.ts'
import { longId, normalId } from './store/ids.ts'
import type { Operation } from './request/operations.ts'
import { Org } from './store/org.ts'
import type { HeldLock } from './store/row-locks.ts'
import { seedOrg } from './seed.ts'
import type {
  SalesforceChanges,
  SalesforceOptions,
  SalesforceSettings,
  SalesforceSimulator,
} from './simulator.ts'
import type { OrgState, RecordState, SalesforceDump } from './state.ts'
import type { WriteLogEntry } from './store/write-log.ts'

/** The session that works on a new org, unless another was asked for. */
export const localSession = '00DL!local'

/** The administrator of every new org, and the app that signs in as them. */
export const localUser = 'admin@local.test'
export const localApp = { clientId: 'local', clientSecret: 'local-secret' }

export function createSalesforce(options: SalesforceOptions = {}): SalesforceSimulator {
  return new LocalSalesforce(options)
}

class LocalSalesforce
  extends LocalCrm<OrgState, Exclude<FaultKind, 'latency'>, Operation, Faults>
  implements SalesforceSimulator
{
  protected readonly faults: Faults
  readonly #options: SalesforceOptions
  #settings: SalesforceSettings
  #org: Org
  #limits: ApiLimits
  #runner: JobRunner
  protected desk: Desk

  constructor(options: SalesforceOptions) {
    super(options)
    this.#options = options
    this.#settings = {
      limits: { ...developerLimits, ...options.limits },
      faults: { ...noFaults, ...options.faults },
      sessionTimeoutMs: options.sessionTimeoutMs ?? 2 * 60 * 60_000,
      apiEnabled: options.apiEnabled ?? true,
      apiPaused: options.apiPaused ?? false,
      lockHoldMs: options.lockHoldMs ?? 0,
      bulkBatchMs: options.bulkBatchMs ?? 0,
      bulkParallel: options.bulkParallel ?? 4,
      bulkLockRate: options.bulkLockRate ?? 0,
    }
    this.faults = new Faults(this.#settings.faults, seededRandom(options.seed ?? 1))
    this.#org = this.#newOrg()
    this.#limits = new ApiLimits(this.#settings.limits)
    this.#runner = this.#newRunner()
    this.desk = this.#newDesk()
    this.seed(options.state ?? {})
  }

  seed(state: Partial<OrgState>): void {
    this.settle()
    const now = this.now()
    seedOrg(this.#org, state, now)
    this.#runner.resume(now)
    this.#limits.requests.add(state.requestsUsed ?? 0, now)
    this.#limits.bulkBatches.add(state.bulkBatchesUsed ?? 0, now)
    if (state.sessionTimeoutMs !== undefined) {
      this.configure({ sessionTimeoutMs: state.sessionTimeoutMs })
    }
  }

  reset(): void {
    this.#org = this.#newOrg()
    this.#limits = new ApiLimits(this.#settings.limits)
    this.faults.reset()
    this.#runner = this.#newRunner()
    this.desk = this.#newDesk()
    this.seed(this.#options.state ?? {})
  }

  configure(changes: SalesforceChanges): void {
    this.settle()
    const faults = { ...this.#settings.faults, ...changes.faults }
    const limits = { ...this.#settings.limits, ...changes.limits }
    this.#settings = { ...this.#settings, ...changes, faults, limits }
    this.faults.settings = faults
    this.#limits.settings = limits
    this.#applySettings(this.#org)
    this.#runner.configure(this.#settings, this.now())
  }

  settings(): SalesforceSettings {
    return this.#settings
  }

  lock(lock: HeldLock): void {
    this.#org.locks.hold(lock)
  }

  unlock(id: string): void {
    this.#org.locks.release(id)
  }

  abortJob(id: string): void {
    this.settle()
    this.#runner.abort(this.#unfinishedJob(id, 'Aborting'), this.now())
  }

  failJob(id: string, afterRows = 0): void {
    this.settle()
    this.#runner.failAfter(this.#unfinishedJob(id, 'Failing'), afterRows, this.now())
  }

  expireJobs(): void {
    this.settle()
    this.#runner.expire()
  }

  expireSessions(): void {
    const { sessions } = this.#org
    for (const token of sessions.sessions.keys()) sessions.expire(token)
  }

  edit(edit: Edit): string {
    this.settle()
    return performEdit(this.#org, edit, this.now())
  }

  records(object: string): readonly RecordState[] {
    const names = this.#org.types().map(({ name }) => name)
    const name = this.#org.findType(object)?.name ?? checkName(object, names, 'object')
    return this.dump().state.records[name] ?? []
  }

  dump(): SalesforceDump {
    this.settle()
    const at = this.now()
    return {
      formatVersion: 1,
      at,
      orgId: this.#org.id,
      state: dumpOrg(this.#org, {
        requestsUsed: this.#limits.requests.used(at),
        bulkBatchesUsed: this.#limits.bulkBatches.used(at),
      }),
      log: this.log(),
      faults: this.faultEvents(),
      calls: this.calls(),
    }
  }

  log(): readonly WriteLogEntry[] {
    this.settle()
    return this.#org.log.entries()
  }

  #unfinishedJob(id: string, doing: string): IngestJob {
    const job = this.#org.jobs.find(normalId(id) ?? '')
    if (job === null) throw notFound()
    if (job.endedAt !== null) throw notAllowed(doing, job)
    return job
  }

  #newOrg(): Org {
    const orgId = this.#options.orgId ?? longId('00D000000000001')
    const org = new Org({ orgId, keepLog: this.#options.keepLog ?? true })
    const id = org.adminId()
    const now = this.now()
    seedOrg(
      org,
      {
        records: {
          User: [
            {
              id,
              values: {
                Username: localUser,
                FirstName: 'Local',
                LastName: 'Admin',
                Email: localUser,
                Alias: 'ladmin',
                IsActive: true,
              },
            },
          ],
        },
        apps: [{ ...localApp, runAs: localUser }],
        sessions: [{ token: this.#options.token ?? localSession, userId: id, expiresAt: null }],
      },
      now,
    )
    org.schemaChangedAt = now
    this.#applySettings(org)
    return org
  }

  #applySettings(org: Org): void {
    org.sessions.timeoutMs = this.#settings.sessionTimeoutMs
    org.apiEnabled = this.#settings.apiEnabled
    org.apiPaused = this.#settings.apiPaused
    org.dataStorageMB = this.#settings.limits.dataStorageMB
    org.locks.holdMs = this.#settings.lockHoldMs
  }

  #newRunner(): JobRunner {
    return new JobRunner(this.#org, this.#limits, this.#settings, this.faults.random)
  }

  #newDesk(): Desk {
    const api = new SalesforceApi({
      org: this.#org,
      limits: this.#limits,
      faults: this.faults,
      runner: this.#runner,
    })
    return new RequestDesk(api, this.faults, this.idRandom)
  }
}

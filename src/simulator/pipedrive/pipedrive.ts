/**
 * The local Pipedrive: a CRM in memory that behaves as Pipedrive's API does, bad days included. It has
 * no sockets and no clock of its own, so that thousands of histories run in a simulated hour.
 */
import { checkName } from '../check-settings.ts'
import { findObject, objects } from './wire/objects.ts'
import { simulatorErrors } from '../errors.ts'
import { type Desk, LocalCrm } from '../local-crm.ts'
import { seededRandom } from '../random.ts'
import { RequestDesk } from '../request-desk.ts'
import { PipedriveApi } from './api.ts'
import { defaultBehaviour } from './request/call.ts'
import { Company } from './store/company.ts'
import { dumpCompany } from './dump.ts'
import { Deliveries, type Dispatch, type WebhookEvent } from './webhooks/deliveries.ts'
import { DeliveryLuck, type PlannedMisfortune, reliableDelivery } from './webhooks/delivery-luck.ts'
import { type Edit, performEdit } from './writes/edit.ts'
import { type FaultKind, Faults, noFaults } from './request/faults.ts'
import type { Operation } from './request/operations.ts'
import { RateLimits, planLimits } from './request/rate-limits.ts'
import { seedCompany } from './seed.ts'
import type {
  PipedriveChanges,
  PipedriveOptions,
  PipedriveSettings,
  PipedriveSimulator,
} from './simulator.ts'
import type { CompanyState, PipedriveDump, RecordState } from './state.ts'
import type { Webhook } from './store/webhook.ts'
import type { WriteLogEntry } from './store/write-log.ts'

/** The API token that works in a new company, unless another was asked for. */
export const localToken = '10ca110ca110ca110ca110ca110ca110ca110ca1'

export function createPipedrive(options: PipedriveOptions = {}): PipedriveSimulator {
  return new LocalPipedrive(options)
}

/** A clock that can be moved forward. */
class MovedClock {
  #ahead = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  read(): number {
    return this.#now() + this.#ahead
  }

  advance(ms: number): void {
    this.#ahead += ms
  }
}

class LocalPipedrive
  extends LocalCrm<CompanyState, Exclude<FaultKind, 'latency'>, Operation, Faults>
  implements PipedriveSimulator
{
  protected readonly faults: Faults
  protected desk: Desk
  readonly #options: PipedriveOptions
  readonly #clock: MovedClock
  #settings: PipedriveSettings
  #company: Company
  #limits: RateLimits
  #luck: DeliveryLuck
  #deliveries: Deliveries

  constructor(options: PipedriveOptions) {
    const clock = new MovedClock(options.now ?? Date.now)
    super({ ...options, now: () => clock.read() })
    this.#clock = clock
    this.#options = options
    this.#settings = {
      searchLagMs: options.searchLagMs ?? 0,
      limits: options.limits ?? planLimits('growth'),
      faults: { ...noFaults, ...options.faults },
      behaviour: { ...defaultBehaviour, ...options.behaviour },
      deliveries: { ...reliableDelivery, ...options.deliveries },
    }
    this.#luck = this.#newLuck()
    this.faults = new Faults(this.#settings.faults, seededRandom(options.seed ?? 1))
    this.#company = this.#newCompany()
    this.#deliveries = this.#newDeliveries()
    this.#limits = this.#newLimits()
    this.desk = this.#newDesk()
    this.seed(options.state ?? {})
  }

  seed(state: Partial<CompanyState>): void {
    this.settle()
    const now = this.now()
    seedCompany(this.#company, state, now)
    this.#deliveries.restore(state.events ?? [], state.deliveries ?? [])
    if (state.dailyUsed !== undefined) this.#limits.restore(state.dailyUsed, now)
  }

  reset(): void {
    this.#company = this.#newCompany()
    this.#luck = this.#newLuck()
    this.#deliveries = this.#newDeliveries()
    this.#limits = this.#newLimits()
    this.faults.reset()
    this.desk = this.#newDesk()
    this.seed(this.#options.state ?? {})
  }

  configure(changes: PipedriveChanges): void {
    this.settle()
    this.#settings = {
      searchLagMs: changes.searchLagMs ?? this.#settings.searchLagMs,
      limits: changes.limits ?? this.#settings.limits,
      faults: { ...this.#settings.faults, ...changes.faults },
      behaviour: { ...this.#settings.behaviour, ...changes.behaviour },
      deliveries: { ...this.#settings.deliveries, ...changes.deliveries },
    }
    this.#luck.settings = this.#settings.deliveries
    this.#deliveries.contactSync = this.#settings.behaviour.contactSync
    this.#company.search.lagMs = this.#settings.searchLagMs
    this.faults.settings = this.#settings.faults
    this.#limits.settings = this.#settings.limits
    this.#limits.dailyHeaders = this.#settings.behaviour.dailyHeaders
  }

  settings(): PipedriveSettings {
    return this.#settings
  }

  edit(edit: Edit): string {
    this.settle()
    return performEdit(this.#company, edit, this.now(), this.#settings.behaviour)
  }

  issueCode(clientId: string, userId: string): string {
    const { tokens } = this.#company
    const app = tokens.apps.get(clientId)
    if (app === undefined) throw simulatorErrors.seed({ message: `there is no app ${clientId}` })
    return tokens.issueCode(app, userId, this.now())
  }

  advance(ms: number): void {
    this.#clock.advance(ms)
    this.settle()
  }

  time(): number {
    return this.now()
  }

  events(): readonly WebhookEvent[] {
    return this.#deliveries.events()
  }

  webhooks(): readonly Webhook[] {
    this.settle()
    return [...this.#company.webhooks.values()]
  }

  planMisfortune(planned: PlannedMisfortune): void {
    this.#luck.plan(planned)
  }

  takeDispatches(most = Infinity): readonly Dispatch[] {
    this.settle()
    return this.#deliveries.take(this.now(), most)
  }

  report(dispatchId: number, status: number | null): void {
    this.#deliveries.report(dispatchId, status, this.now())
  }

  deliveryCounts(): { readonly waiting: number; readonly inFlight: number } {
    return this.#deliveries.counts()
  }

  nextDispatchIn(): number | null {
    const at = this.#deliveries.nextDue()
    return at === null ? null : Math.max(0, at - this.now())
  }

  records(object: string): readonly RecordState[] {
    const name = findObject(object) ?? checkName(object, objects, 'object')
    return this.dump().state.records[name] ?? []
  }

  dump(): PipedriveDump {
    this.settle()
    const at = this.now()
    const { id, domain, timeZone } = this.#company
    return {
      formatVersion: 1,
      at,
      companyId: id,
      domain,
      timeZone,
      state: dumpCompany(this.#company, this.#limits.usage(at).used, this.#deliveries.pending()),
      log: this.log(),
      faults: this.faultEvents(),
      events: this.events(),
      calls: this.calls(),
    }
  }

  log(): readonly WriteLogEntry[] {
    this.settle()
    return this.#company.log.fullEntries()
  }

  #newCompany(): Company {
    const { companyId, domain, timeZone, keepLog, token } = this.#options
    const company = new Company({
      companyId: companyId ?? 7_654_321,
      domain: domain ?? 'local',
      timeZone: timeZone ?? 'UTC',
      keepLog: keepLog ?? true,
      random: this.idRandom,
    })
    company.search.lagMs = this.#settings.searchLagMs
    const now = this.now()
    const name = 'Local Admin'
    const values = { name, email: 'admin@example.com', is_admin: true, active_flag: true }
    seedCompany(
      company,
      {
        records: { user: [{ id: '1', values }] },
        apiTokens: [{ token: token ?? localToken, userId: '1' }],
      },
      now,
    )
    return company
  }

  #newLuck(): DeliveryLuck {
    const seed = (this.#options.seed ?? 1) ^ 0x7f4a7c15
    return new DeliveryLuck(this.#settings.deliveries, seededRandom(seed))
  }

  #newDeliveries(): Deliveries {
    const { keepLog = true } = this.#options
    const deliveries = new Deliveries(this.#company, this.#luck, this.idRandom, keepLog)
    deliveries.contactSync = this.#settings.behaviour.contactSync
    this.#company.onWrite = (write) => deliveries.emit(write)
    return deliveries
  }

  #newLimits(): RateLimits {
    const limits = new RateLimits(this.#settings.limits, this.#company.timeZone)
    limits.dailyHeaders = this.#settings.behaviour.dailyHeaders
    return limits
  }

  #newDesk(): Desk {
    const company = this.#company
    const deliveries = this.#deliveries
    const api = new PipedriveApi({
      company,
      limits: this.#limits,
      faults: this.faults,
      settings: () => this.#settings,
      settle: (now) => {
        company.purge(now)
        deliveries.settle(now)
      },
    })
    return new RequestDesk(api, this.faults, this.idRandom)
  }
}

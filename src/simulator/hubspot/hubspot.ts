/**
 * The local HubSpot: a CRM in memory that behaves as HubSpot's API does, bad days included. It has no
 * sockets and no clock of its own, so that thousands of histories run in a simulated hour.
 */
import { checkName } from '../check-settings.ts'
import { localToken } from './store/local-token.ts'
import { defaultBehaviour } from './request/call.ts'
import { dumpPortal } from './dump.ts'
import { performEdit } from './writes/edit.ts'
import type { Edit } from './writes/edit.ts'
import { type Desk, LocalCrm } from '../local-crm.ts'
import { RequestDesk } from '../request-desk.ts'
import { HubSpotApi } from './api.ts'
import { type FaultKind, Faults, noFaults } from './request/faults.ts'
import type { Operation } from './request/operations.ts'
import { Portal } from './store/portal.ts'
import { seededRandom } from '../random.ts'
import { RateLimits, tierLimits } from './request/rate-limits.ts'
import { seedPortal } from './seed.ts'
import type {
  HubSpotChanges,
  HubSpotOptions,
  HubSpotSettings,
  HubSpotSimulator,
} from './simulator.ts'
import type { HubSpotDump, PortalState, RecordState } from './state.ts'
import type { WriteLogEntry } from './store/write-log.ts'

export type {
  HubSpotChanges,
  HubSpotOptions,
  HubSpotSettings,
  HubSpotSimulator,
} from './simulator.ts'

export { localToken }

export function createHubSpot(options: HubSpotOptions = {}): HubSpotSimulator {
  return new LocalHubSpot(options)
}

class LocalHubSpot
  extends LocalCrm<PortalState, Exclude<FaultKind, 'latency'>, Operation, Faults>
  implements HubSpotSimulator
{
  protected readonly faults: Faults
  readonly #options: HubSpotOptions
  readonly #orderRandom: () => number
  #settings: HubSpotSettings
  #portal: Portal
  #limits: RateLimits
  protected desk: Desk

  constructor(options: HubSpotOptions) {
    super(options)
    this.#options = options
    this.#settings = {
      searchLagMs: options.searchLagMs ?? 0,
      limits: options.limits ?? tierLimits.professional,
      faults: { ...noFaults, ...options.faults },
      behaviour: { ...defaultBehaviour, ...options.behaviour },
    }
    const seed = options.seed ?? 1
    this.#orderRandom = seededRandom(seed ^ 0x2545f491)
    this.faults = new Faults(this.#settings.faults, seededRandom(seed))
    this.#portal = this.#newPortal()
    this.#limits = new RateLimits(this.#settings.limits, this.#portal.timeZone)
    this.desk = this.#newDesk()
    this.seed(options.state ?? {})
  }

  seed(state: Partial<PortalState>): void {
    this.settle()
    const now = this.now()
    seedPortal(this.#portal, state, now)
    if (state.dailyUsed !== undefined) this.#limits.restore(state.dailyUsed, now)
  }

  reset(): void {
    this.#portal = this.#newPortal()
    this.#limits = new RateLimits(this.#settings.limits, this.#portal.timeZone)
    this.faults.reset()
    this.desk = this.#newDesk()
    this.seed(this.#options.state ?? {})
  }

  configure(changes: HubSpotChanges): void {
    this.settle()
    this.#settings = {
      ...this.#settings,
      ...changes,
      faults: { ...this.#settings.faults, ...changes.faults },
      behaviour: { ...this.#settings.behaviour, ...changes.behaviour },
    }
    this.#portal.searchLagMs = this.#settings.searchLagMs
    this.#limits.settings = this.#settings.limits
    this.faults.settings = this.#settings.faults
  }

  settings(): HubSpotSettings {
    return this.#settings
  }

  edit(edit: Edit): string {
    this.settle()
    const { mergeCreatesNewId } = this.#settings.behaviour
    return performEdit(this.#portal, edit, this.now(), mergeCreatesNewId)
  }

  issueCode(clientId: string): string {
    return this.#portal.tokens.issueCode(clientId, this.now())
  }

  records(object: string): readonly RecordState[] {
    const { types } = this.#portal
    const names = types.all().map(({ name }) => name)
    const id = types.find(object)?.id ?? checkName(object, names, 'object')
    return this.dump().state.records[id] ?? []
  }

  dump(): HubSpotDump {
    this.settle()
    const at = this.now()
    return {
      formatVersion: 1,
      at,
      portalId: this.#portal.id,
      timeZone: this.#portal.timeZone,
      state: dumpPortal(this.#portal, this.#limits.usage(at).used),
      log: this.log(),
      faults: this.faultEvents(),
      calls: this.calls(),
    }
  }

  log(): readonly WriteLogEntry[] {
    this.settle()
    return this.#portal.log.entries()
  }

  #newPortal(): Portal {
    const portal = new Portal({
      portalId: this.#options.portalId ?? 62515,
      timeZone: this.#options.timeZone ?? 'UTC',
      createdAt: this.now(),
      keepLog: this.#options.keepLog ?? true,
      random: this.idRandom,
    })
    portal.searchLagMs = this.#settings.searchLagMs
    const token = this.#options.token ?? localToken
    portal.tokens.privateApps.set(token, { token, name: 'local', scopes: 'all' })
    return portal
  }

  #newDesk(): Desk {
    const api = new HubSpotApi({
      portal: this.#portal,
      limits: this.#limits,
      faults: this.faults,
      settings: () => this.#settings,
      orderRandom: this.#orderRandom,
    })
    return new RequestDesk(api, this.faults, this.idRandom)
  }
}

/**
 * A CRM record belongs to one key. An answer, or a look after a lost one, may name a record that is
 * another key's: after a merge one contact has the addresses of two rows. Such an answer binds
 * nothing.
 */
import {
  doubtful,
  type OperationOutcome,
  overwritten,
  undelivered,
} from '../../../core/delivery/outcome.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { type BaselineKey, baselineKey, matchValuesOf, ownersOf } from '../look/bound-records.ts'
import type { RunContext } from '../../context.ts'
import { isUpserted } from './load-of.ts'

export interface RecordClaims {
  /** Keeps a record for a key that is about to write to it; gives the key that has it. */
  readonly reserve: (id: string, key: string) => string
  /** Keys by record id, of records that this run, the baseline or the plan gives to a key. */
  readonly ownersOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Match values by record id, as the baseline has them. */
  readonly matchValuesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

export class ClaimedRecords implements RecordClaims {
  readonly #context: RunContext
  /** Key by record id, for what this run bound and the baseline does not hold yet. */
  readonly #keys = new Map<string, string>()
  #baselineKey: Promise<BaselineKey> | null = null
  /** Of these, those whose outcomes the ledger holds: the next merge takes them to the baseline. */
  #concluded: string[] = []

  constructor(context: RunContext) {
    this.#context = context
  }

  /**
   * The outcomes, with those that would bind another key's record rejected. Of what a create made, no key
   * can have been told before; who has what a look found after a lost answer, `resolveFates` has asked.
   * `sent` has the sync as it was when the rows were sent.
   */
  async claim(
    sent: Pick<RunContext, 'sync'>,
    rows: readonly PlanRow[],
    outcomes: readonly OperationOutcome[],
  ): Promise<readonly OperationOutcome[]> {
    const bySequence = new Map(rows.map((row) => [row.sequence, row]))
    /** The row of an outcome that names another record than the row had. */
    const binding = ({ sequence, remoteId, presence }: OperationOutcome): PlanRow | null => {
      const row = bySequence.get(sequence)
      if (row === undefined || remoteId === null || presence === null) return null
      return row.kind === 'create' || row.remoteId !== remoteId ? row : null
    }
    const found = outcomes.flatMap((outcome) =>
      binding(outcome) !== null && outcome.origin !== 'created' ? (outcome.remoteId ?? []) : [],
    )
    const owners = await this.ownersOf(found)
    return outcomes.map((outcome) => {
      const row = binding(outcome)
      if (row === null || outcome.remoteId === null) return outcome
      const owner = this.#keys.get(outcome.remoteId) ?? owners.get(outcome.remoteId) ?? row.key
      this.#keys.set(outcome.remoteId, owner)
      if (owner === row.key) return outcome
      // Its own record is there: rejected, the row would get a second one for a new match value (promise 4).
      if (outcome.origin === 'created') return madeOutcome(row, outcome.remoteId, owner)
      const message = `the CRM record ${outcome.remoteId} belongs to key ${owner}`
      const reason = 'record.bound'
      const rejected = undelivered(row, { status: 'rejected', reason, message, hold: 'retry' })
      return isUpserted(sent, row) ? overwritten(rejected, outcome.remoteId) : rejected
    })
  }

  async ownersOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map()
    const owners = new Map(await ownersOf(this.#context, await this.#keyColumn(), ids))
    for (const id of ids) {
      const owner = this.#keys.get(id)
      if (owner !== undefined) owners.set(id, owner)
    }
    return owners
  }

  async matchValuesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return matchValuesOf(this.#context, await this.#keyColumn(), ids)
  }

  #keyColumn(): Promise<BaselineKey> {
    this.#baselineKey ??= baselineKey(this.#context)
    return this.#baselineKey
  }

  reserve(id: string, key: string): string {
    const owner = this.#keys.get(id) ?? key
    this.#keys.set(id, owner)
    return owner
  }

  /** The ledger holds these outcomes now. One that binds nothing may name a record whose owner it does not hold yet. */
  concluded(outcomes: readonly OperationOutcome[]): void {
    const binding = outcomes.filter(({ presence }) => presence !== null)
    this.#concluded.push(...binding.flatMap(({ remoteId }) => remoteId ?? []))
  }

  /** A merge of what is concluded begins; what is returned is called when the baseline holds it. */
  merging(): () => void {
    const merged = this.#concluded
    this.#concluded = []
    return () => {
      for (const id of merged) this.#keys.delete(id)
    }
  }
}

/** While the answer was on its way, a look for another row's lost create met the record, which people had merged by then. */
function madeOutcome(row: PlanRow, id: string, owner: string): OperationOutcome {
  const message = `the CRM record ${id} was made for the row, and found to be key ${owner}’s before its answer came; look whether people merged the two, then retry`
  return doubtful(row, message)
}

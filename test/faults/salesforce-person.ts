/** A person at work in Salesforce: edits, deletions, and now and then the end of a job. */
import type { Chance } from '../../src/simulator/chance.ts'
import { ApiError } from '../../src/simulator/salesforce/wire/api-error.ts'
import type { Edit } from '../../src/simulator/salesforce/writes/edit.ts'
import type { SalesforceSimulator } from '../../src/simulator/salesforce/simulator.ts'
import type { PushedObject } from './salesforce-objects.ts'
import type { Person } from './stage.ts'

export class SalesforcePerson implements Person {
  readonly #chance: Chance
  readonly #salesforce: SalesforceSimulator
  readonly #object: PushedObject
  #values = 0
  #edits = 0

  constructor(chance: Chance, salesforce: SalesforceSimulator, object: PushedObject) {
    this.#chance = chance
    this.#salesforce = salesforce
    this.#object = object
  }

  get edits(): number {
    return this.#edits
  }

  act(times: number): void {
    const { records, jobs } = this.#salesforce.dump().state
    const ids = (records[this.#object.name] ?? [])
      .filter(({ deletedAt = null }) => deletedAt === null)
      .flatMap(({ id }) => id ?? [])
    for (let count = 0; count < times && ids.length > 4; count++) this.#once(ids)
    const job = this.#chance.pick(jobs.filter(({ endedAt }) => endedAt === null))
    if (job === undefined || !this.#chance.happens(0.15)) return
    this.#salesforce.abortJob(job.spec.id)
    this.#edits += 1
  }

  #once(ids: string[]): void {
    const object = this.#object.name
    const at = Math.floor(this.#chance.next() * ids.length)
    const id = ids[at] ?? ''
    if (this.#chance.happens(0.85)) {
      this.#do({ kind: 'update', object, id, values: this.#typed() })
    } else if (this.#do({ kind: 'delete', object, id })) ids.splice(at, 1)
  }

  /** False where somebody else holds the record; a person then gives it up. */
  #do(edit: Edit): boolean {
    try {
      this.#salesforce.edit(edit)
    } catch (error) {
      if (error instanceof ApiError && error.problems[0]?.code === 'UNABLE_TO_LOCK_ROW') {
        return false
      }
      throw error
    }
    this.#edits += 1
    return true
  }

  #typed(): Readonly<Record<string, string>> {
    this.#values += 1
    const { firstName, city, company } = this.#object
    const name = this.#chance.oneOf(firstName, city, company)
    return { [name]: this.#chance.happens(0.2) ? '' : `P${this.#values}` }
  }
}

/**
 * Saving a child locks its parents for as long as the request takes, and Salesforce gives up on a lock
 * that it waited ten seconds for. So requests of ours that share a parent go one after the other.
 */
export class ParentTurns {
  /** By parent: the end of the last request that wants it. */
  readonly #ends = new Map<string, Promise<void>>()

  /** Runs `work` once every earlier request for one of these parents has ended, however it did. */
  async run<T>(parents: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = parents.flatMap((parent) => this.#ends.get(parent) ?? [])
    const { promise: end, resolve: release } = Promise.withResolvers<void>()
    for (const parent of parents) this.#ends.set(parent, end)
    try {
      await Promise.all(before)
      return await work()
    } finally {
      release()
      for (const parent of parents) {
        if (this.#ends.get(parent) === end) this.#ends.delete(parent)
      }
    }
  }
}

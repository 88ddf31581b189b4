/**
 * Group commit: everything that arrives while one group is being synced to disk is the next group, in
 * one transaction with one sync. A group that fails is tried again one by one, so that none fails for
 * the sake of another.
 */

export interface GroupRules<T> {
  /** Writes all of them or none; resolves when they are on disk. */
  readonly write: (group: readonly T[]) => Promise<void>
  readonly sizeOf: (value: T) => number
  /** A larger group would only make the first in it wait. */
  readonly group: { readonly values: number; readonly size: number }
  /** What may wait to be written; more is refused at once. */
  readonly waiting: { readonly values: number; readonly size: number }
  /** Whether what failed may be one value's fault, or would be all right for fewer. */
  readonly isOfOne: (error: unknown) => boolean
  readonly refusal: () => Error
}

export interface GroupCommit<T> {
  /** Resolves when the value is on disk. */
  add(value: T): Promise<void>
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>
}

interface Waiting<T> {
  readonly value: T
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function createGroupCommit<T>(rules: GroupRules<T>): GroupCommit<T> {
  let waiting: Waiting<T>[] = []
  let size = 0
  let writing: Promise<void> | null = null

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const count = groupLength(waiting, rules)
      const group = waiting.slice(0, count)
      waiting = waiting.slice(count)
      size -= group.reduce((sum, { value }) => sum + rules.sizeOf(value), 0)
      await writeGroup(group, rules.write, rules.isOfOne)
    }
    writing = null
  }

  return {
    add: (value) =>
      new Promise((resolve, reject) => {
        const grown = size + rules.sizeOf(value)
        if (waiting.length >= rules.waiting.values || grown > rules.waiting.size) {
          reject(rules.refusal())
          return
        }
        size = grown
        waiting.push({ value, resolve, reject })
        writing ??= writeAll()
      }),
    settled: async () => {
      await writing
    },
  }
}

/** At least one. */
function groupLength<T>(
  waiting: readonly Waiting<T>[],
  { group, sizeOf }: Pick<GroupRules<T>, 'group' | 'sizeOf'>,
): number {
  let size = 0
  const tooMany = waiting.findIndex(({ value }, index) => {
    size += sizeOf(value)
    return index > 0 && (index >= group.values || size > group.size)
  })
  return tooMany === -1 ? waiting.length : tooMany
}

async function writeGroup<T>(
  group: readonly Waiting<T>[],
  write: GroupRules<T>['write'],
  isOfOne: GroupRules<T>['isOfOne'],
): Promise<void> {
  try {
    await write(group.map(({ value }) => value))
    for (const { resolve } of group) resolve()
  } catch (error) {
    if (group.length === 1 || !isOfOne(error)) {
      for (const { reject } of group) reject(error)
      return
    }
    await Promise.all(group.map((one) => writeGroup([one], write, isOfOne)))
  }
}

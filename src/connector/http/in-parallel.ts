/** A few at a time: a CRM takes few long requests at once. After a failure nothing new is begun. */
export async function inParallel<T>(
  list: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = list.values()
  let failed = false
  const worker = async (): Promise<void> => {
    for (const one of waiting) {
      if (failed) return
      try {
        await work(one)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, list.length) }, worker))
}

/** `read(0)` to `read(count - 1)`, in order; each begins while the one before is being used. */
export async function* ahead<Page>(
  count: number,
  read: (index: number) => Promise<Page>,
): AsyncGenerator<Page> {
  let next = count > 0 ? read(0) : null
  try {
    for (let index = 1; next !== null; index += 1) {
      const page: Page = await next
      next = index < count ? read(index) : null
      // Told when its turn comes; the reader may end before.
      next?.catch(() => undefined)
      yield page
    }
  } finally {
    await next?.catch(() => undefined)
  }
}

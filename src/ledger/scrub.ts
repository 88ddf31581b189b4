/** Takes a person's texts out of what is kept of ended runs: their errors and reports. */
import type { Store, StoreRow, StoreStatement } from '../store/store.ts'

/** Stands where a text was. */
const erased = '(erased)'

/** Runs that have not ended are left alone: their workers still write to them. */
export async function scrub(store: Store, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    if (text === '') continue
    const [found] = await store.execute([runsNaming(store, text)])
    const updates = (found?.rows ?? []).map((row) => rewritten(store, row, text))
    if (updates.length > 0) await store.execute(updates)
  }
  await store.rewrite()
}

function runsNaming(store: Store, text: string): StoreStatement {
  const told = `lower(coalesce(error, '') || coalesce(report, ''))`
  return {
    text: `select id, error, report from ${store.dialect.prefix}runs
      where ended_at is not null and replace(${told}, $1, '') <> ${told}`,
    // Both are kept as JSON, in which a text may be escaped.
    parameters: [JSON.stringify(text).slice(1, -1).toLowerCase()],
  }
}

function rewritten(store: Store, row: StoreRow, text: string): StoreStatement {
  const { id = null, error = null, report = null } = row
  return {
    text: `update ${store.dialect.prefix}runs set error = $2, report = $3 where id = $1`,
    parameters: [id, without(error, text), without(report, text)],
    expectRows: 1,
  }
}

/** Every string in the JSON that holds the text goes whole; its structure and its numbers stay. */
function without(json: StoreRow[string], text: string): string | null {
  if (json === null) return null
  const lower = text.toLowerCase()
  const kept: unknown = JSON.parse(String(json), (_, value: unknown) =>
    typeof value === 'string' && value.toLowerCase().includes(lower) ? erased : value,
  )
  return JSON.stringify(kept)
}

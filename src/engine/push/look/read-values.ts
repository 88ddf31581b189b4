/** Reads by many values, of which the CRM may refuse single ones: these concern their own rows alone. */
import { RequestFailure } from '../../../connector/connector.ts'
import type { RunContext } from '../../context.ts'

/** Why the CRM looks up no such value. */
export interface Refusal {
  readonly reason: string
  readonly message: string
  /** Too many records may be fewer another day; a value that is too long stays so. */
  readonly hold: 'content' | 'retry'
}

export interface ReadValues<T> {
  readonly found: ReadonlyMap<string, T>
  readonly refused: ReadonlyMap<string, Refusal>
}

export const nothingRead = { found: new Map<never, never>(), refused: new Map<never, never>() }

/** Asks for each distinct value once; a page that is refused is halved until its fault stands alone. */
export async function readValues<T>(
  context: Pick<RunContext, 'connector'>,
  asked: readonly string[],
  read: (page: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<ReadValues<T>> {
  const refused = new Map<string, Refusal>()
  const found = new Map<string, T>()
  const readPage = async (page: readonly string[]): Promise<void> => {
    try {
      for (const [value, records] of await read(page)) found.set(value, records)
    } catch (error) {
      if (!(error instanceof RequestFailure) || error.kind !== 'poisoned') throw error
      const [only] = page
      if (page.length === 1 && only !== undefined) {
        const { reason, message } = error
        const hold = reason.endsWith('.too_many') ? 'retry' : 'content'
        refused.set(only, { reason, message, hold })
        return
      }
      const middle = Math.ceil(page.length / 2)
      await readPage(page.slice(0, middle))
      await readPage(page.slice(middle))
    }
  }
  await Promise.all(distinctPages(context, asked).map(readPage))
  return { found, refused }
}

/** Asks for each distinct value once, in requests of at most the CRM's page size. */
export async function readPages<T>(
  context: Pick<RunContext, 'connector'>,
  asked: readonly string[],
  read: (page: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>()
  for (const page of await Promise.all(distinctPages(context, asked).map(read))) {
    for (const [key, value] of page) found.set(key, value)
  }
  return found
}

/** Each distinct value once, in pages of the CRM's size. */
export function distinctPages(
  { connector }: Pick<RunContext, 'connector'>,
  asked: readonly string[],
): readonly (readonly string[])[] {
  const size = connector.pages.read
  const distinct = [...new Set(asked)]
  const pages: (readonly string[])[] = []
  for (let start = 0; start < distinct.length; start += size) {
    pages.push(distinct.slice(start, start + size))
  }
  return pages
}

/** The pages of a list, the next one asked for while one is taken in. */
import type { RecordPage, SourceObject } from '../../../connector/source.ts'
import { describeFailure } from '../failures.ts'
import type { PullContext } from '../context.ts'
import type { Taking } from './intake.ts'
import { findingOf } from '../history/read-row.ts'

/** Every page of a whole read. */
export interface ReadPages {
  /** Records that they showed. */
  readonly read: number
  /** Before the first of them, by the CRM's clock. */
  readonly startedAt: string
}

/** Each record that changed at or after `since`, or every one; gives when the first page was asked for. */
export async function readPages(
  context: PullContext,
  metadata: SourceObject,
  since: string | null,
  intake: Taking,
): Promise<ReadPages> {
  const { progress, signal } = context
  let read = 0
  const ask = (after: string | null): Promise<RecordPage> =>
    describeFailure(context, context.reader.list(metadata, { after, since, signal }))
  const first = await ask(null)
  const startedAt = first.askedAt
  let page: RecordPage | null = first
  while (page !== null) {
    const { askedAt, next, records }: RecordPage = page
    const following: Promise<RecordPage> | null = next === null ? null : ask(next)
    // Told when its turn comes.
    following?.catch(() => undefined)
    try {
      await intake.add(records.map((record) => findingOf(record, askedAt)))
    } finally {
      page = await following
    }
    read += records.length
    progress({ at: 'reading', object: metadata.name, records: read })
  }
  await intake.flush()
  return { read, startedAt }
}

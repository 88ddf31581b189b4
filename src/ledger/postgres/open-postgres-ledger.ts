/** The ledger in a PostgreSQL schema: for several machines, which go by the server's clock. */
import {
  openPostgresStore,
  type PostgresStoreOptions,
} from '../../store/postgres/open-postgres-store.ts'
import type { Store } from '../../store/store.ts'
import type { Ledger } from '../ledger.ts'
import { ledgerPurpose } from '../ledger-purpose.ts'
import { withSharedClock } from '../shared-clock.ts'
import { openStoreLedger } from '../store-ledger.ts'

export interface PostgresLedgerOptions extends PostgresStoreOptions {
  /** This machine's clock, in milliseconds since the epoch; the real one unless said otherwise. */
  readonly now?: () => number
}

export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
  const { now = Date.now, ...place } = options
  const store = await openPostgresStore(place, ledgerPurpose)
  const ledger = await openStoreLedger(store)
  try {
    return await withSharedClock(ledger, () => measureAhead(store, now))
  } catch (error) {
    await ledger.close()
    throw error
  }
}

const measurements = 3
/** Less than this nobody can tell from the way of the answer, and no lease is so short. */
const stepMs = 1_000

/** Of several measurements the quickest is the best. */
async function measureAhead(store: Store, now: () => number): Promise<number> {
  const text = 'select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as now'
  let [shortest, ahead] = [Number.POSITIVE_INFINITY, 0]
  for (let count = 0; count < measurements; count++) {
    const asked = now()
    const [result] = await store.execute([{ text, parameters: [], expectRows: 1 }])
    const tookMs = now() - asked
    if (tookMs >= shortest) continue
    shortest = tookMs
    ahead = Number(result?.rows[0]?.now) - (asked + tookMs / 2)
  }
  return Math.round(ahead / stepMs) * stepMs
}

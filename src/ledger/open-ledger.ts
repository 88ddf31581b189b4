/** Opens the ledger where a project says that it is, loading only the database it needs. */
import type { Ledger } from './ledger.ts'

export type LedgerLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema?: string }

/** Makes the ledger where there is none and upgrades an older one; the caller closes it. */
export async function openLedger(location: LedgerLocation): Promise<Ledger> {
  switch (location.kind) {
    case 'sqlite': {
      const { openSqliteLedger } = await import('./sqlite/open-sqlite-ledger.ts')
      return await openSqliteLedger(location.file)
    }
    case 'postgres': {
      const { openPostgresLedger } = await import('./postgres/open-postgres-ledger.ts')
      return await openPostgresLedger(location)
    }
    default:
      return location satisfies never
  }
}

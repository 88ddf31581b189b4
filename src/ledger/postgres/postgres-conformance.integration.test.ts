import { afterAll, beforeAll, describe, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { ledgerConformance } from '../../testing/ledger-conformance.ts'
import type { Ledger } from '../ledger.ts'
import { openPostgresLedger } from './open-postgres-ledger.ts'

describe('the ledger on PostgreSQL', () => {
  let database: PostgresDatabase
  let places = 0
  beforeAll(async () => {
    database = await postgresDatabase()
  }, 60_000)
  afterAll(async () => {
    await database.drop()
  })

  ledgerConformance(test, async () => {
    places += 1
    const [schema, target] = [`state_${places}`, `copy_${places}`]
    const opened: Ledger[] = []
    const open = async (name: string) => {
      const ledger = await openPostgresLedger({ url: database.url, schema: name })
      opened.push(ledger)
      return ledger
    }
    return {
      open: () => open(schema),
      backup: { target, open: () => open(target) },
      clean: async () => {
        await Promise.all(opened.map((ledger) => ledger.close()))
      },
    }
  })
})

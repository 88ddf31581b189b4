import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { ledgerConformance } from '../../testing/ledger-conformance.ts'
import type { Ledger } from '../ledger.ts'
import { openSqliteLedger } from './open-sqlite-ledger.ts'

describe('the ledger on SQLite', () => {
  ledgerConformance(test, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'syncline-ledger-'))
    const opened: Ledger[] = []
    const open = async (file: string) => {
      const ledger = await openSqliteLedger(join(folder, file))
      opened.push(ledger)
      return ledger
    }
    return {
      open: () => open('state.sqlite'),
      backup: { target: join(folder, 'copy.sqlite'), open: () => open('copy.sqlite') },
      clean: async () => {
        await Promise.all(opened.map((ledger) => ledger.close()))
        await rm(folder, { recursive: true })
      },
    }
  })
})

/**
 * Shared rate budgets in the store. A budget is one row, read without a lock and written only over the
 * version that was read, so that its arithmetic is a function and no process waits for another.
 */
import type { BudgetRecord, BudgetShare, BudgetTurn } from '../model/budget.ts'
import { newBudget, takeTurn } from './budget-turn.ts'
import { ledgerErrors } from './errors.ts'
import {
  ExpectationFailed,
  type Store,
  type StoreRow,
  type StoreStatement,
} from '../store/store.ts'

const columns = 'name, version, declared_max, max, window_ms, holdings'
/** Of several that write at once one succeeds each time, so that this takes very many of them. */
const attempts = 100

export async function takeBudgetTurn(
  store: Store,
  turn: BudgetTurn,
  isGone: (owner: string) => boolean,
): Promise<BudgetShare> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const known = await versioned(store, turn.budget)
    const { record, share } = takeTurn(known?.record ?? newBudget(turn), turn, isGone)
    if (await replaced(store, record, known?.version ?? 0)) return share
  }
  throw ledgerErrors.locked({
    message: `The budget ${turn.budget} was changed by others ${attempts} times while it was to be changed.`,
  })
}

export async function budgetRecords(store: Store): Promise<readonly BudgetRecord[]> {
  const [result] = await store.execute([
    { text: `select ${columns} from ${store.dialect.prefix}budgets order by name`, parameters: [] },
  ])
  return (result?.rows ?? []).map(recordFrom)
}

async function versioned(
  store: Store,
  name: string,
): Promise<{ readonly record: BudgetRecord; readonly version: number } | null> {
  const [result] = await store.execute([
    {
      text: `select ${columns} from ${store.dialect.prefix}budgets where name = $1`,
      parameters: [name],
    },
  ])
  const row = result?.rows[0]
  return row === undefined ? null : { record: recordFrom(row), version: Number(row.version) }
}

/** False when another has written since version `seen`; 0 stands for none. */
async function replaced(store: Store, record: BudgetRecord, seen: number): Promise<boolean> {
  try {
    await store.execute([seen === 0 ? insert(store, record) : update(store, record, seen)])
    return true
  } catch (error) {
    if (error instanceof ExpectationFailed) return false
    throw error
  }
}

function insert(store: Store, record: BudgetRecord): StoreStatement {
  return {
    text: `insert into ${store.dialect.prefix}budgets (${columns}) values ($1, 1, $2, $3, $4, $5)
      on conflict (name) do nothing`,
    parameters: valuesOf(record),
    expectRows: 1,
  }
}

function update(store: Store, record: BudgetRecord, seen: number): StoreStatement {
  return {
    text: `update ${store.dialect.prefix}budgets
      set version = version + 1, declared_max = $2, max = $3, window_ms = $4, holdings = $5
      where name = $1 and version = $6`,
    parameters: [...valuesOf(record), seen],
    expectRows: 1,
  }
}

function valuesOf(record: BudgetRecord): StoreStatement['parameters'] {
  const { budget, declaredMax, max, windowMs, owners, unowned } = record
  return [budget, declaredMax, max, windowMs, JSON.stringify({ owners, unowned })]
}

function recordFrom(row: StoreRow): BudgetRecord {
  const holdings: Pick<BudgetRecord, 'owners' | 'unowned'> = JSON.parse(String(row.holdings))
  return {
    budget: String(row.name),
    declaredMax: Number(row.declared_max),
    max: Number(row.max),
    windowMs: Number(row.window_ms),
    owners: holdings.owners,
    unowned: holdings.unowned,
  }
}

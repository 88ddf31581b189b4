/** Budgets by name: of one process, or shared with others by turns in a common memory. */
import type { Clock } from '../../model/clock.ts'
import type { Budget, BudgetBook } from './budget.ts'
import { createRollingWindow } from './rolling-window.ts'
import { createSharedBudget, type SharedBudget, type SharedBudgetOptions } from './shared-budget.ts'

/** The limit of the first `get` stands; later ones only find the budget. */
export function createBudgetBook(clock: Clock): BudgetBook {
  const budgets = new Map<string, Budget>()
  return {
    get(name, limit) {
      const known = budgets.get(name)
      if (known !== undefined) return known
      const budget = createRollingWindow(limit, clock)
      budgets.set(name, budget)
      return budget
    },
  }
}

export interface SharedBudgetBook extends BudgetBook {
  /** Leaves every budget, for when no further request is to come. */
  leave(): Promise<void>
}

/** Within the process as above; the owner takes part in a budget while it asks for slots. */
export function createSharedBudgetBook(options: SharedBudgetOptions): SharedBudgetBook {
  const budgets = new Map<string, SharedBudget>()
  return {
    get(name, limit) {
      const known = budgets.get(name)
      if (known !== undefined) return known
      const budget = createSharedBudget(name, limit, options)
      budgets.set(name, budget)
      return budget
    },
    leave: async () => {
      await Promise.all([...budgets.values()].map((budget) => budget.leave()))
    },
  }
}

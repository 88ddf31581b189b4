/** The budgets of one process: whoever asks for the same name shares the same window. */
import type { Clock } from '../../model/clock.ts'
import type { Budget, BudgetBook } from './budget.ts'
import { createRollingWindow } from './rolling-window.ts'

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

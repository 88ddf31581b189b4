import type { Statement } from '../core/sql/statement.ts'
import { warehouseErrors } from './errors.ts'

/** Throws `warehouse.fenced` where a statement affected another number of rows than it has to. */
export function requireAffected({ expectRows }: Statement, rows: number): void {
  if (expectRows === undefined || expectRows === rows) return
  throw warehouseErrors.fenced({
    message: `A statement affected ${rows} rows and had to affect ${expectRows}; nothing was changed.`,
  })
}

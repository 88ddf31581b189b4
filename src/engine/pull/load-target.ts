/** Where changes of an object go: its tables, behind the fence of the run's lease (promise 7). */
import type { Statement } from '../../core/sql/statement.ts'
import type { LoadTarget } from '../load-changes.ts'
import { fenceStatement } from '../working-schema.ts'
import type { LoadContext } from './context.ts'
import type { PulledObject } from './prepare-object.ts'

/** `alongside` is to be true together with the rows. */
export function loadTarget(
  context: LoadContext,
  { tables, pins }: PulledObject,
  alongside: readonly Statement[] = [],
): LoadTarget {
  const { dialect, sync, warehouse } = context
  return {
    dialect,
    tables,
    fields: pins,
    form: sync.history.form,
    sortBytes: warehouse.sortBytes,
    fence: [fenceStatement(context)],
    alongside,
  }
}

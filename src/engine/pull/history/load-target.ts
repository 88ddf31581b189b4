/** Where changes of an object go: its tables, behind the fence of the run's lease (promise 7). */
import type { Statement } from '../../../core/sql/statement.ts'
import type { LoadTarget } from './load-changes.ts'
import { fenceStatement } from '../../working-schema.ts'
import type { LoadContext } from '../context.ts'
import type { PulledObject } from './pulled-object.ts'

/** `alongside` is to be true together with the rows. */
export function loadTarget(
  context: LoadContext,
  { tables, pins, keeping }: PulledObject,
  alongside: readonly Statement[] = [],
): LoadTarget {
  const { dialect, warehouse } = context
  return {
    dialect,
    tables,
    fields: pins,
    form: keeping.form,
    sortBytes: warehouse.sortBytes,
    fence: [fenceStatement(context)],
    alongside,
  }
}

import { defineErrors } from '../model/error.ts'

export const stateErrors = defineErrors('state', {
  diverged: {
    kind: 'guard',
    summary:
      'The state and the warehouse disagree about what was confirmed: one of them was lost, restored, or belongs to another project.',
    remedy: 'Put the right state file back, or run `syncline state recover`.',
  },
  lost_erasures: {
    kind: 'guard',
    summary:
      'People were erased, and the warehouse is lost, or restored from a copy made before: they would be loaded again, or are there again.',
    remedy:
      'Restore a newer copy. Or erase these people again, of a pull by their ids where its tables are lost; then run `syncline state recover --erased-again`.',
  },
  other_direction: {
    kind: 'config',
    summary: '`renamed_from` of a pull names what was a push, or the other way round.',
    remedy: 'Remove `renamed_from`: nothing that one keeps is of use to the other.',
  },
  newer_warehouse: {
    kind: 'config',
    summary: 'The working schema was written by a newer version of Syncline.',
    remedy: 'Upgrade Syncline, or use another working schema.',
  },
})

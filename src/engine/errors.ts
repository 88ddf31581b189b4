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
      'People were erased from what a pull keeps, and the warehouse that told whom is lost: what the CRM still has of them would be loaded again.',
    remedy:
      'Restore the working schema from its backup. Or run `syncline state recover`, and erase these people again: by their ids before the next run, with the sync paused until then, or by a value after it.',
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

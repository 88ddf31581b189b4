/** What can be wrong with how a local CRM is set up; errors of its API are its own. */
import { defineErrors } from '../model/error.ts'

export const simulatorErrors = defineErrors('simulator', {
  seed: {
    kind: 'config',
    summary: 'A state given to a local CRM does not fit together.',
    remedy: 'Correct the named part of the state.',
  },
  setting: {
    kind: 'config',
    summary: 'A local CRM is told of a setting or a fault that it does not have.',
    remedy: 'Correct the name or the value; nothing was changed.',
  },
})

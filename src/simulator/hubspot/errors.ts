/** What can be wrong with how a local HubSpot is set up; errors of its API are in api-error.ts. */
import { defineErrors } from '../../model/error.ts'

export const simulatorErrors = defineErrors('simulator', {
  seed: {
    kind: 'config',
    summary: 'A state given to the local HubSpot does not fit together.',
    remedy: 'Correct the named part of the state.',
  },
})

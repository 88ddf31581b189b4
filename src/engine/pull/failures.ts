/** Failed requests of pulls. */
import { failuresToldBy } from '../failures.ts'
import { pullErrors } from './errors.ts'

export const { describeFailure } = failuresToldBy(pullErrors)

/** Failed requests of pushes, outside delivery. */
import { failuresToldBy } from '../../failures.ts'
import { pushErrors } from './errors.ts'

export const { describeFailure, failureError } = failuresToldBy(pushErrors)

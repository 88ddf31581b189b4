/** How Bulk refuses a request; its codes have no underscores, and name themselves in the message again. */
import { type ApiError, refused } from '../wire/api-error.ts'
import type { IngestJob, JobState } from '../store/ingest-job.ts'

export function invalidEntity(name: string): ApiError {
  const message = `InvalidEntity : Entity '${name}' is not supported by the Bulk API.`
  return refused('INVALIDENTITY', message)
}

export function invalidJob(message: string): ApiError {
  return refused('INVALIDJOB', `InvalidJob : ${message}`)
}

export function noHardDelete(): ApiError {
  const message =
    'FeatureNotEnabled : hardDelete operation requires special user profile permission, please contact your system administrator'
  return refused('FEATURENOTENABLED', message)
}

export const quotaMessage =
  'ExceededQuota : The batches of the last 24 hours are used up; what has none is not processed.'

export function overQuota(): ApiError {
  return refused('EXCEEDEDQUOTA', quotaMessage)
}

export function uploadedTwice({ spec }: IngestJob): ApiError {
  const message = `Found multiple contents for job: <${spec.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`
  return refused('INVALIDJOB', message)
}

export function tooLarge(most: number): ApiError {
  return refused(
    'CLIENTINPUTERROR',
    `ClientInputError : The data has more than ${most} bytes in base64.`,
  )
}

const words: Readonly<Record<JobState, string>> = {
  Open: 'Open',
  UploadComplete: 'already Closed',
  InProgress: 'already Closed',
  JobComplete: 'already Completed',
  Failed: 'already Failed',
  Aborted: 'already Aborted',
}

/** `Aborting already Completed Job not allowed` */
export function notAllowed(doing: string, { state }: IngestJob): ApiError {
  return invalidState(`${doing} ${words[state]} Job not allowed`)
}

export function invalidState(message: string): ApiError {
  return refused('INVALIDJOBSTATE', message)
}

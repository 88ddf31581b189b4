/**
 * The response bodies, typed by jsforce. The few places where Salesforce's answers deviate from the
 * types of its client are declared here.
 */
import type {
  DescribeGlobalResult,
  DescribeGlobalSObjectResult,
  DescribeSObjectResult,
  Field,
  IdentityInfo,
  OrganizationLimitsInfo,
  QueryResult,
  SaveResult,
  TokenResponse,
  UpsertResult,
} from 'jsforce'
import type { JobInfoV2 } from 'jsforce/lib/api/bulk2.js'
import type { ExactNumber, Json } from './json.ts'

/** The same, but not to be changed. */
export type Wire<T> = T extends readonly (infer Item)[]
  ? readonly Wire<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Wire<T[Key]> }
    : T

export type WireField = Wire<
  Omit<Field, 'filteredLookupInfo' | 'referenceTargetField' | 'picklistValues' | 'defaultValue'>
> & {
  readonly filteredLookupInfo: null
  readonly referenceTargetField: null
  readonly picklistValues: readonly WirePicklistValue[]
  readonly defaultValue: string | number | boolean | null
}

export interface WirePicklistValue {
  readonly active: boolean
  readonly defaultValue: boolean
  readonly label: string
  readonly validFor: string | null
  readonly value: string
}

export type WireObject = Wire<DescribeGlobalSObjectResult>
export type WireGlobal = Wire<DescribeGlobalResult>
export type WireRecordTypeInfo = Wire<DescribeSObjectResult['recordTypeInfos'][number]> & {
  readonly active: boolean
  readonly developerName: string
}
export type WireDescribe = Omit<
  Wire<DescribeSObjectResult>,
  'fields' | 'recordTypeInfos' | 'listviewable' | 'lookupLayoutable'
> & {
  readonly fields: readonly WireField[]
  readonly recordTypeInfos: readonly WireRecordTypeInfo[]
  readonly listviewable: boolean | null
  readonly lookupLayoutable: boolean | null
}

/** In results by the row the key is `statusCode`; in a refused request it is `errorCode`. */
export interface WireRowError {
  readonly statusCode: string
  readonly message: string
  readonly fields: readonly string[]
}
type WithRowErrors<T> = T extends { readonly success: false }
  ? Omit<Wire<T>, 'errors'> & { readonly errors: readonly WireRowError[] }
  : Wire<T>
export type WireSaveResult = WithRowErrors<SaveResult>
export type WireUpsertResult = WithRowErrors<UpsertResult>

export interface WireError {
  readonly message: string
  readonly errorCode: string
  readonly fields?: readonly string[]
}

export type WireToken = Wire<TokenResponse>

export type WireValue =
  | string
  | number
  | boolean
  | null
  | ExactNumber
  | WireRecord
  | { readonly [part: string]: string | number | boolean | null | ExactNumber }

export interface WireRecord {
  readonly attributes: { readonly type: string; readonly url: string }
  readonly [field: string]: WireValue
}

export type WireQueryResult = Omit<
  Wire<QueryResult<object & { [field: string]: never }>>,
  'records'
> & {
  readonly records: readonly WireRecord[]
}

export type WireLimits = Wire<OrganizationLimitsInfo>
export type WireIdentity = Wire<IdentityInfo> & { readonly active: boolean }

/** What OpenID Connect asks for, of which jsforce has no type. */
export interface WireUserInfo {
  readonly sub: string
  readonly user_id: string
  readonly organization_id: string
  readonly preferred_username: string
  readonly name: string
  readonly email: string
  readonly active: boolean
  readonly urls: WireIdentity['urls']
}

/** The parts of `composite` and `batch`, of which jsforce has no type; each body is another answer. */
export interface WireSubResponse {
  readonly body: Json
  readonly httpHeaders: Readonly<Record<string, string>>
  readonly httpStatusCode: number
  readonly referenceId: string
}
export interface WireCompositeResponse {
  readonly compositeResponse: readonly WireSubResponse[]
}
export interface WireBatchResponse {
  readonly hasErrors: boolean
  readonly results: readonly { readonly statusCode: number; readonly result: Json }[]
}

/** Of graphs and trees, of which jsforce has no types either. */
export interface WireGraph {
  readonly graphId: string
  readonly graphResponse: WireCompositeResponse
  readonly isSuccessful: boolean
}
export interface WireGraphResponse {
  readonly graphs: readonly WireGraph[]
}
export interface WireTreeResponse {
  readonly hasErrors: boolean
  readonly results: readonly (
    | { readonly referenceId: string; readonly id: string }
    | { readonly referenceId: string; readonly errors: readonly WireRowError[] }
  )[]
}

/** A job without its counts; there is an address for data only while it is open. */
export type WireNewJob = Wire<
  Pick<
    JobInfoV2,
    | 'id'
    | 'operation'
    | 'object'
    | 'createdById'
    | 'createdDate'
    | 'systemModstamp'
    | 'state'
    | 'externalIdFieldName'
    | 'assignmentRuleId'
    | 'concurrencyMode'
    | 'contentType'
    | 'apiVersion'
    | 'lineEnding'
    | 'columnDelimiter'
  > &
    Partial<Pick<JobInfoV2, 'contentUrl'>>
>
export type WireListedJob = WireNewJob & Wire<Pick<JobInfoV2, 'jobType'>>
export type WireJob = Wire<Omit<JobInfoV2, 'contentUrl'>> &
  WireListedJob & { readonly isPkChunkingSupported: boolean }
/** Of which jsforce has no type. */
export interface WireJobList {
  readonly done: boolean
  readonly nextRecordsUrl: string | null
  readonly records: readonly WireListedJob[]
}

/**
 * The response bodies, typed by the official client's models. Its models leave out that what is empty
 * is present as null, and let every field be absent: on the wire a full read has all of them. The
 * envelopes and the few bodies that its models have no or another shape for are declared here.
 */
import type * as v1 from 'pipedrive/v1'
import type * as v2 from 'pipedrive/v2'
import type { Json, JsonObject } from '../../json.ts'
import type { ObjectName } from './objects.ts'

/** A client model as it looks in JSON: all fields there, each of them perhaps null. */
export type Wire<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : { readonly [Key in keyof T]-?: Wire<Exclude<T[Key], undefined>> | null }

export interface Ok<Data> {
  readonly success: true
  readonly data: Data
}

/** A page of the second version: the cursor of the last one is null, which the client's models lack. */
export interface CursorPage<Item> extends Ok<readonly Item[]> {
  readonly additional_data: { readonly next_cursor: string | null }
}

export interface Pagination {
  readonly start: number
  readonly limit: number
  readonly more_items_in_collection: boolean
  readonly next_start?: number
}

export type CustomFields = Readonly<Record<string, Json>>

export type WireUser = Wire<v1.BaseUser>
export type WireSelf = WireUser & Wire<Omit<v1.GetCurrentUserResponseAllOfData, keyof v1.BaseUser>>

/** The client's models let custom fields be anything. */
type WithCustom<Model> = Wire<Omit<Model, 'custom_fields'>> & {
  readonly custom_fields: CustomFields
}

export type WireDeal = WithCustom<v2.Deal> & Extras
export type WireOrganization = WithCustom<v2.OrganizationItem> & Extras

/** Only companies that sync contacts have the last five. */
type ContactSync = 'im' | 'postal_address' | 'notes' | 'birthday' | 'job_title'
export type WirePerson = Omit<WithCustom<v2.Person>, ContactSync> &
  Partial<Pick<Wire<v2.Person>, ContactSync>> &
  Extras

/** Attendees are shown only when they are asked for. */
export type WireActivity = Omit<Wire<v2.ActivityItem>, 'attendees'> & {
  readonly attendees?: readonly Json[]
}
export type WireProduct = WithCustom<v2.GetProductsResponseDataInner>
export type WirePipeline = Wire<v2.GetPipelinesResponseAllOfDataInner>
export type WireStage = Wire<v2.StageItem>

/** What `include_fields` and `include_labels` add. */
interface Extras {
  readonly labels?: readonly WireLabel[]
  readonly [field: `${string}_count` | `${string}_activity_id`]: number | null
}
export interface WireLabel {
  readonly id: number
  readonly label: string
}

export type WireRecord =
  | WireDeal
  | WirePerson
  | WireOrganization
  | WireActivity
  | WireProduct
  | WirePipeline
  | WireStage

type Shown = 'ui_visibility' | 'important_fields' | 'required_fields'
type AnyField = v2.GetDealFields200ResponseDataInner
/** The last three are shown only when they are asked for. */
export type WireField = Omit<Wire<AnyField>, Shown> & {
  readonly ui_visibility?: object
  readonly important_fields?: object
  readonly required_fields?: object
}
export type WireOption = Wire<v2.GetActivityFields200ResponseDataInnerOptionsInner>
export type WireNewOption = Wire<v2.AddDealFieldOptions200ResponseDataInner>

/** A page of the first version. */
export interface StartPage<Item> extends Ok<readonly Item[]> {
  readonly additional_data: { readonly pagination: Pagination }
}

/** Custom fields stand beside the others. */
export type WireLead = Wire<v1.Lead> & JsonObject
export type WireNote = Wire<v1.Note>

export type WireWebhook = Wire<v1.BaseWebhook>

/** What changed lately, as the first version shows it; null where it is deleted. */
export interface WireRecent {
  readonly item: ObjectName
  readonly id: number
  readonly data: JsonObject | null
}
export interface WireRecents extends Ok<readonly WireRecent[]> {
  readonly additional_data: {
    readonly since_timestamp: string
    readonly last_timestamp_on_page: string | null
    readonly pagination: Pagination
  }
}

/**
 * The response bodies, typed by the official client's models. The client turns wire form into
 * classes, so `Wire` undoes that: dates are ISO texts, enums their texts, `_new` is `new`. The few
 * places where HubSpot's live answers deviate from its published schema are declared here.
 */
import type { MultiAssociatedObjectWithLabel } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/MultiAssociatedObjectWithLabel.js'
import type { PublicAssociationMultiWithLabel } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/PublicAssociationMultiWithLabel.js'
import type { AssociationSpecWithLabel } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/AssociationSpecWithLabel.js'
import type { ModelError } from '@hubspot/api-client/lib/codegen/crm/objects/models/ModelError.js'
import type { StandardError } from '@hubspot/api-client/lib/codegen/crm/objects/models/StandardError.js'
import type { Property } from '@hubspot/api-client/lib/codegen/crm/properties/models/Property.js'
import type { PublicOwner } from '@hubspot/api-client/lib/codegen/crm/owners/models/PublicOwner.js'

type WireKey<Key> = Key extends `_${infer Rest}` ? Rest : Key

/** A client model as it looks in JSON. */
export type Wire<T> = T extends Date
  ? string
  : T extends string
    ? `${T}`
    : T extends number | boolean | null | undefined
      ? T
      : T extends readonly (infer Item)[]
        ? readonly Wire<Item>[]
        : { readonly [Key in keyof T as WireKey<Key>]: Wire<T[Key]> }

type SnakeCase<Text> = Text extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeCase<Rest>}`
    : `_${Lowercase<First>}${SnakeCase<Rest>}`
  : Text

/** A client model whose JSON keys are snake_case, as OAuth's are. */
export type SnakeWire<T> = { readonly [Key in keyof T as SnakeCase<Key>]: Wire<T[Key]> }

/** The error of one input of a batch: live ones lack `links` and `errors`, which the schema requires. */
export type WireBatchError = Pick<Wire<StandardError>, 'status' | 'category' | 'message'> &
  Partial<Pick<Wire<StandardError>, 'context' | 'links' | 'errors' | 'id'>>

/** A batch response whose errors are live ones. */
export type WireBatch<T> = Omit<Wire<T>, 'errors'> & { readonly errors?: readonly WireBatchError[] }

/** A failed request: nothing but the message is in every one of them. */
export type WireError = Partial<Wire<ModelError>> & {
  readonly status: string
  readonly message: string
  readonly correlationId: string
  readonly errorType?: string
  readonly policyName?: string
  readonly requestId?: string
  /** OAuth's own words, in the newer token endpoints. */
  readonly error?: string
  readonly error_description?: string
}

/** Association targets are numbers on the wire and labels may be null; the schema says text and absent. */
export type WireAssociationSpec = Omit<Wire<AssociationSpecWithLabel>, 'label'> & {
  readonly label: string | null
}
export type WireAssociated = Omit<
  Wire<MultiAssociatedObjectWithLabel>,
  'toObjectId' | 'associationTypes'
> & {
  readonly toObjectId: number | string
  readonly associationTypes: readonly WireAssociationSpec[]
}
export type WireAssociatedBatchItem = Omit<Wire<PublicAssociationMultiWithLabel>, 'to'> & {
  readonly to: readonly WireAssociated[]
}

/** The client's model lacks the sensitivity that the API answers. */
export type WireProperty = Wire<Property> & { readonly dataSensitivity?: string }

/** An archived owner's user id is null on the wire. */
export type WireOwner = Omit<Wire<PublicOwner>, 'userId'> & { readonly userId: number | null }

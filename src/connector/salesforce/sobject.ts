/** An object of Salesforce: what its describe tells, as far as this connector needs it. */

export interface SObject {
  readonly name: string
  readonly label: string
  readonly queryable: boolean
  readonly createable: boolean
  readonly updateable: boolean
  readonly deletable: boolean
  /** By lower-case name: Salesforce tells names apart without case. */
  readonly fields: ReadonlyMap<string, SField>
  readonly recordTypes: readonly RecordType[]
}

export interface SField {
  readonly name: string
  readonly label: string
  /** Salesforce's own: `string`, `currency`, `picklist`, … */
  readonly type: string
  readonly length: number
  /** All digits of a number, those after the point included; 0 where none are told. */
  readonly precision: number
  readonly scale: number
  /** The compound field that it is a part of. */
  readonly compound: string | null
  readonly nillable: boolean
  readonly createable: boolean
  readonly updateable: boolean
  readonly defaultedOnCreate: boolean
  readonly calculated: boolean
  readonly autoNumber: boolean
  readonly externalId: boolean
  /** Records can be upserted by it. */
  readonly idLookup: boolean
  readonly unique: boolean
  readonly caseSensitive: boolean
  readonly filterable: boolean
  /** Whether a user's permission decides over it. */
  readonly permissionable: boolean
  readonly restrictedPicklist: boolean
  readonly picklistValues: readonly { readonly value: string; readonly label: string }[]
  readonly referenceTo: readonly string[]
  /** What a query calls the parent: `Account` of `AccountId`, `Car__r` of `Car__c`. */
  readonly relationshipName: string | null
}

export interface RecordType {
  readonly id: string
  readonly name: string
  readonly developerName: string
}

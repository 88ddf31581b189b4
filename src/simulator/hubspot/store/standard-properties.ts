/** The properties every portal has from the start: a workable part of HubSpot's several hundred. */
import type { ObjectType } from './object-types.ts'
import { defineOptions, defineProperty } from './property-definition.ts'
import type { PropertyDefinition, PropertyType } from './property-definition.ts'

type Parts = Partial<PropertyDefinition>

const readOnly: Parts = { readOnlyValue: true }
const calculated: Parts = { readOnlyValue: true, calculated: true }

const usualFieldType: Readonly<Record<PropertyType, string>> = {
  bool: 'booleancheckbox',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  number: 'number',
  phone_number: 'phonenumber',
  string: 'text',
  object_coordinates: 'text',
  json: 'text',
}

function own(name: string, type: PropertyType, parts: Parts = {}): PropertyDefinition {
  return defineProperty({
    fieldType: usualFieldType[type],
    hubspotDefined: true,
    readOnlyDefinition: true,
    ...parts,
    name,
    type,
  })
}

function texts(...names: string[]): PropertyDefinition[] {
  return names.map((name) => own(name, 'string'))
}

const phone: Parts = { fieldType: 'phonenumber' }
const ownerReference: Parts = { externalOptions: true, referencedObjectType: 'OWNER' }

export const lifecycleStages = [
  'subscriber',
  'lead',
  'marketingqualifiedlead',
  'salesqualifiedlead',
  'opportunity',
  'customer',
  'evangelist',
  'other',
] as const

const lifecycle = own('lifecyclestage', 'enumeration', {
  fieldType: 'radio',
  label: 'Lifecycle Stage',
  options: defineOptions([
    ['subscriber', 'Subscriber'],
    ['lead', 'Lead'],
    ['marketingqualifiedlead', 'Marketing Qualified Lead'],
    ['salesqualifiedlead', 'Sales Qualified Lead'],
    ['opportunity', 'Opportunity'],
    ['customer', 'Customer'],
    ['evangelist', 'Evangelist'],
    ['other', 'Other'],
  ]),
})

const leadStatus = own('hs_lead_status', 'enumeration', {
  fieldType: 'radio',
  label: 'Lead Status',
  options: defineOptions([
    ['NEW', 'New'],
    ['OPEN', 'Open'],
    ['IN_PROGRESS', 'In Progress'],
    ['OPEN_DEAL', 'Open Deal'],
    ['UNQUALIFIED', 'Unqualified'],
    ['ATTEMPTED_TO_CONTACT', 'Attempted to Contact'],
    ['CONNECTED', 'Connected'],
    ['BAD_TIMING', 'Bad Timing'],
  ]),
})

const industry = own('industry', 'enumeration', {
  options: defineOptions([
    'ACCOUNTING',
    'BANKING',
    'BIOTECHNOLOGY',
    'COMPUTER_SOFTWARE',
    'CONSTRUCTION',
    'CONSUMER_GOODS',
    'FINANCIAL_SERVICES',
    'HOSPITAL_HEALTH_CARE',
    'INFORMATION_TECHNOLOGY_AND_SERVICES',
    'INSURANCE',
    'INTERNET',
    'MARKETING_AND_ADVERTISING',
    'MEDIA_PRODUCTION',
    'RETAIL',
    'TELECOMMUNICATIONS',
  ]),
})

const byType: Readonly<Record<string, readonly PropertyDefinition[]>> = {
  '0-1': [
    own('email', 'string'),
    ...texts('firstname', 'lastname', 'salutation', 'jobtitle', 'company', 'website', 'fax'),
    ...texts('address', 'city', 'state', 'zip', 'country', 'message', 'twitterhandle'),
    own('phone', 'string', phone),
    own('mobilephone', 'string', phone),
    own('annualrevenue', 'string'),
    own('date_of_birth', 'string'),
    own('closedate', 'datetime'),
    own('associatedcompanyid', 'number', { ...ownerReference, referencedObjectType: 'COMPANY' }),
    own('hs_additional_emails', 'enumeration', { ...readOnly, fieldType: 'checkbox' }),
    own('hs_email_domain', 'string', calculated),
    own('num_associated_deals', 'number', calculated),
    own('num_unique_conversion_events', 'number', calculated),
    own('hs_persona', 'enumeration', { options: defineOptions(['persona_1', 'persona_2']) }),
    lifecycle,
    leadStatus,
  ],
  '0-2': [
    ...texts('name', 'domain', 'website', 'address', 'address2', 'city', 'state', 'zip', 'country'),
    own('phone', 'string', phone),
    own('description', 'string', { fieldType: 'textarea' }),
    own('annualrevenue', 'number'),
    own('numberofemployees', 'number'),
    own('founded_year', 'string'),
    own('is_public', 'bool'),
    own('type', 'enumeration', {
      options: defineOptions(['PROSPECT', 'PARTNER', 'RESELLER', 'VENDOR', 'OTHER']),
    }),
    own('num_associated_contacts', 'number', calculated),
    own('num_associated_deals', 'number', calculated),
    own('hs_parent_company_id', 'number', readOnly),
    industry,
    lifecycle,
    leadStatus,
  ],
  '0-3': [
    own('dealname', 'string'),
    own('amount', 'number'),
    own('closedate', 'datetime'),
    own('pipeline', 'enumeration'),
    own('dealstage', 'enumeration', { fieldType: 'radio' }),
    own('description', 'string', { fieldType: 'textarea' }),
    own('dealtype', 'enumeration', { options: defineOptions(['newbusiness', 'existingbusiness']) }),
    own('hs_priority', 'enumeration', { options: defineOptions(['low', 'medium', 'high']) }),
    own('hs_is_closed', 'bool', calculated),
    own('hs_is_closed_won', 'bool', calculated),
    own('hs_deal_stage_probability', 'number', calculated),
    own('num_associated_contacts', 'number', calculated),
  ],
  '0-5': [
    own('subject', 'string'),
    own('content', 'string', { fieldType: 'textarea' }),
    own('hs_pipeline', 'enumeration'),
    own('hs_pipeline_stage', 'enumeration'),
    own('hs_ticket_priority', 'enumeration', {
      options: defineOptions(['LOW', 'MEDIUM', 'HIGH', 'URGENT']),
    }),
    own('closed_date', 'datetime'),
    own('source_type', 'enumeration', {
      options: defineOptions(['CHAT', 'EMAIL', 'FORM', 'PHONE']),
    }),
  ],
  '0-7': [
    ...texts('name', 'hs_sku', 'hs_url'),
    own('description', 'string', { fieldType: 'textarea' }),
    own('price', 'number'),
    own('hs_cost_of_goods_sold', 'number'),
  ],
  '0-8': [
    ...texts('name', 'hs_sku'),
    own('description', 'string', { fieldType: 'textarea' }),
    own('price', 'number'),
    own('quantity', 'number'),
    own('amount', 'number', calculated),
    own('hs_product_id', 'number'),
  ],
  '0-14': [...texts('hs_title'), own('hs_expiration_date', 'datetime')],
  '0-136': [...texts('hs_lead_name')],
}

/** What a new portal, or a new custom object, starts with. */
export function standardProperties(type: ObjectType): readonly PropertyDefinition[] {
  return [
    ...(byType[type.id] ?? []),
    own('hs_object_id', 'number', readOnly),
    // A deal may be back-dated; everything else is created when it is created.
    own(type.createdProperty, 'datetime', type.id === '0-3' ? {} : readOnly),
    own(type.modifiedProperty, 'datetime', readOnly),
    own('hubspot_owner_id', 'enumeration', ownerReference),
    own('hubspot_owner_assigneddate', 'datetime', readOnly),
    own('hs_merged_object_ids', 'enumeration', { ...readOnly, fieldType: 'checkbox' }),
    own('hs_object_source', 'string', readOnly),
    own('hs_created_by_user_id', 'number', readOnly),
    own('hs_updated_by_user_id', 'number', readOnly),
  ]
}

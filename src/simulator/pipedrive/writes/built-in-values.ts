/** What built-in fields take. */
import { badRequest, invalidField } from '../wire/api-error.ts'
import type { Company } from '../store/company.ts'
import {
  addressOf,
  clockOf,
  currencyOf,
  dateOf,
  integerOf,
  numberOf,
  objectOf,
  referenceOf,
  textOf,
} from './custom-values.ts'
import type { FieldDefinition } from '../store/field.ts'
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import { billingFrequencies } from '../views/product-view.ts'
import { readZulu } from '../wire/times.ts'
import { visibilities } from '../store/visibility.ts'

const longestText = 65_535
export const dealStatuses = ['open', 'won', 'lost'] as const

/** The value as it is stored; throws the 400 that names the field. */
export function builtInValue(company: Company, field: FieldDefinition, value: Json): Json {
  const { code, rule } = field
  if (rule === 'read_only') throw badRequest(`${code} is read-only`)
  if (value === null) {
    if (field.required) throw badRequest(`${code} is required`)
    return null
  }
  switch (rule) {
    case 'text':
      if (field.required && value === '') throw badRequest(`${code} is required`)
      return textOf(code, value, longestText)
    case 'number':
      return numberOf(code, value)
    case 'int':
      return integerOf(code, value)
    case 'flag':
      if (typeof value === 'boolean') return value
      throw invalidField(code, 'must be a boolean')
    case 'date':
      return dateOf(code, value)
    case 'moment':
      return momentOf(code, value)
    case 'clock':
      return clockOf(code, value)
    case 'numbers':
      return listOf(code, value).map((item) => integerOf(code, item))
    case 'texts':
      return listOf(code, value).map((item) => textOf(code, item, longestText))
    case 'user':
    case 'person':
    case 'organization':
    case 'deal':
    case 'pipeline':
    case 'stage':
      return referenceOf(company, code, rule, value)
    case 'lead':
      if (typeof value === 'string' && company.table('lead').active(value) !== null) return value
      throw invalidField(code, 'there is no such lead')
    case 'currency':
      return currencyOf(code, value)
    case 'status':
      return oneOf(code, value, dealStatuses)
    case 'visibility':
      return oneOf(code, value, visibilities)
    case 'billing':
      return oneOf(code, value, billingFrequencies)
    case 'contacts':
      return listOf(code, value).map((item) => contactOf(code, item))
    case 'address': {
      const { formatted_address: _formatted, ...parts } = addressOf(code, value)
      return parts
    }
    case 'prices':
      return listOf(code, value).map((item) => priceOf(code, item))
    case 'objects':
      return listOf(code, value).map((item) => {
        if (!isJsonObject(item)) throw invalidField(code, 'must be an array of objects')
        return item
      })
    case 'amount': {
      const { amount = null, currency } = objectOf(code, value, ['amount', 'currency'])
      return { amount: numberOf(code, amount), currency: currencyOf(code, currency) }
    }
    default: {
      const unreachable: never = rule
      return unreachable
    }
  }
}

function listOf(code: string, value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw invalidField(code, 'must be an array')
  return value
}

function oneOf(code: string, value: Json, allowed: readonly (string | number)[]): Json {
  if (allowed.some((one) => one === value)) return value
  throw invalidField(code, `must be one of ${allowed.join(', ')}`)
}

function momentOf(code: string, value: Json): string {
  if (typeof value === 'string' && readZulu(value) !== null && value.endsWith('Z')) return value
  throw invalidField(code, 'must be a time (YYYY-MM-DDTHH:MM:SSZ)')
}

function contactOf(code: string, value: Json): JsonObject {
  const {
    value: text = null,
    primary = false,
    label = '',
  } = objectOf(code, value, ['value', 'primary', 'label'])
  if (typeof primary !== 'boolean') throw invalidField(code, 'primary must be a boolean')
  return {
    value: textOf(code, text, longestText),
    primary,
    label: textOf(code, label, longestText),
  }
}

function priceOf(code: string, value: Json): JsonObject {
  const {
    price = 0,
    cost = 0,
    direct_cost: direct = null,
    currency,
    notes = '',
  } = objectOf(code, value, ['price', 'cost', 'direct_cost', 'currency', 'notes', 'product_id'])
  return {
    currency: currencyOf(code, currency),
    price: numberOf(code, price),
    cost: numberOf(code, cost),
    direct_cost: direct === null ? null : numberOf(code, direct),
    notes: textOf(code, notes, longestText),
  }
}

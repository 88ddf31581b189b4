/** Products as they are shown, without their custom fields. */
import type { BaseProductAllOf1BillingFrequencyConst } from 'pipedrive/v2'
import { type Json, isJsonObject } from '../../json.ts'
import type { StoredRecord, Values } from '../store/records.ts'
import { zuluTime } from '../wire/times.ts'
import { flag, list, number, text } from '../store/values.ts'
import { visibilities } from '../store/visibility.ts'
import type { WireProduct } from '../wire/wire.ts'

export const billingFrequencies: readonly BaseProductAllOf1BillingFrequencyConst[] = [
  'one-time',
  'annually',
  'semi-annually',
  'quarterly',
  'monthly',
  'weekly',
]

export function viewProduct(record: StoredRecord): Omit<WireProduct, 'custom_fields'> {
  const { id, values, addedAt, updatedAt, deletedAt } = record
  const category = number(values, 'category')
  return {
    id: Number(id),
    name: text(values, 'name'),
    code: text(values, 'code'),
    description: text(values, 'description'),
    unit: text(values, 'unit'),
    tax: number(values, 'tax') ?? 0,
    category: category === null ? null : String(category),
    is_deleted: deletedAt !== null,
    is_linkable: flag(values, 'is_linkable'),
    visible_to: visibilities.find((one) => one === values['visible_to']) ?? 3,
    owner_id: number(values, 'owner_id'),
    add_time: zuluTime(addedAt),
    update_time: updatedAt === null ? null : zuluTime(updatedAt),
    billing_frequency:
      billingFrequencies.find((one) => one === values['billing_frequency']) ?? null,
    billing_frequency_cycles: number(values, 'billing_frequency_cycles'),
    prices: list(values, 'prices').map((item: Json) => viewPrice(Number(id), item)),
  }
}

function viewPrice(productId: number, item: Json) {
  const price: Values = isJsonObject(item) ? item : {}
  return {
    product_id: productId,
    currency: text(price, 'currency'),
    price: number(price, 'price'),
    cost: number(price, 'cost'),
    direct_cost: number(price, 'direct_cost'),
    notes: text(price, 'notes'),
  }
}

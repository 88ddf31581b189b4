/** Readers of stored values: null where there is nothing, or something else. */
import type { Json } from '../../json.ts'
import type { Values } from './records.ts'

export function text(values: Values, name: string): string | null {
  const value = values[name]
  return typeof value === 'string' ? value : null
}

export function number(values: Values, name: string): number | null {
  const value = values[name]
  return typeof value === 'number' ? value : null
}

export function flag(values: Values, name: string): boolean {
  return values[name] === true
}

export function list(values: Values, name: string): readonly Json[] {
  const value = values[name]
  return Array.isArray(value) ? value : []
}

export function numbers(values: Values, name: string): readonly number[] {
  return list(values, name).filter((item: Json) => typeof item === 'number')
}

export function texts(values: Values, name: string): readonly string[] {
  return list(values, name).filter((item: Json) => typeof item === 'string')
}

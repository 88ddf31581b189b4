/** Takes a native type name apart, so that each dialect only lists the base names it knows. */
import type { ValueKind } from '../../../model/value.ts'

export interface TypeName {
  /** Upper case, without arguments: `TIMESTAMP WITH TIME ZONE` for `timestamp(3) with time zone`. */
  readonly base: string
  /** Numeric arguments: precision, scale, length. */
  readonly arguments: readonly number[]
  /** True for `X[]`, `X[3]` and `ARRAY<X>`; `base` is then the type of an element. */
  readonly array: boolean
}

const suffixArray = /\s*\[\d*\]$/
const wrappedArray = /^ARRAY\s*[<(](.+)[>)]$/
/** Types whose arguments are names or types of their own. */
const composite = /^(ENUM|STRUCT|MAP|UNION|ROW|RECORD|OBJECT)\b/

export function parseTypeName(nativeType: string): TypeName {
  const text = nativeType.trim().replaceAll(/\s+/g, ' ').toUpperCase()
  const wrapped = wrappedArray.exec(text)
  if (wrapped?.[1] !== undefined) return elementOf(wrapped[1])
  if (suffixArray.test(text)) return elementOf(text.replace(suffixArray, ''))
  const kind = composite.exec(text)
  if (kind?.[1] !== undefined) return { base: kind[1], arguments: [], array: false }
  const open = text.indexOf('(')
  const close = text.indexOf(')', open)
  if (open < 0 || close < 0) return { base: text, arguments: [], array: false }
  return {
    base: `${text.slice(0, open).trimEnd()}${text.slice(close + 1)}`,
    arguments: text
      .slice(open + 1, close)
      .split(',')
      .map(Number)
      .filter((argument) => Number.isInteger(argument)),
    array: false,
  }
}

/** The table of one dialect: base name → kind. Arrays are supported of `text` elements only. */
export function kindOfType(
  name: TypeName,
  kinds: ReadonlyMap<string, ValueKind>,
  defaultScale: number | undefined,
): { readonly kind: ValueKind; readonly scale?: number } {
  const kind = kinds.get(name.base) ?? 'unsupported'
  if (name.array) return { kind: kind === 'text' ? 'text_array' : 'unsupported' }
  if (kind !== 'decimal') return { kind }
  const [precision, scale] = name.arguments
  if (scale !== undefined) return { kind, scale }
  if (precision !== undefined) return { kind, scale: 0 }
  return defaultScale === undefined ? { kind } : { kind, scale: defaultScale }
}

export function typeTable(
  names: Readonly<Partial<Record<ValueKind, readonly string[]>>>,
): ReadonlyMap<string, ValueKind> {
  const table = new Map<string, ValueKind>()
  for (const [kind, bases] of Object.entries(names)) {
    for (const base of bases) table.set(base, kind as ValueKind)
  }
  return table
}

/** An array of arrays has no element type that any table lists. */
function elementOf(element: string): TypeName {
  const inner = parseTypeName(element)
  return inner.array ? { base: element, arguments: [], array: true } : { ...inner, array: true }
}

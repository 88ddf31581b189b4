/** Records of a CRM as judges compare them. */

/** Field values of records by the key that each is matched by; what is empty is left out. */
export type Records = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What a CRM holds, or must hold, of the example's two models. */
export interface Holding {
  readonly accounts: Records
  readonly opportunities: Records
}

export function filled(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  )
}

/** Two records with one key are both shown, under names of their own. */
export function byKey(
  records: readonly Readonly<Record<string, string>>[],
  field: string,
): Records {
  const found: Record<string, Readonly<Record<string, string>>> = {}
  for (const record of records) {
    let key = record[field] ?? '(none)'
    while (key in found) key = `${key} again`
    found[key] = record
  }
  return found
}

/** `key: fields` of every record that differs, with the fields that do. */
export function differences(before: Records, after: Records): Readonly<Record<string, string>> {
  const changed: Record<string, string> = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key] ?? {}, after[key] ?? {}]
    const fields = Object.keys({ ...old, ...now }).filter((name) => old[name] !== now[name])
    if (fields.length > 0) changed[key] = fields.toSorted().join(' ')
  }
  return changed
}

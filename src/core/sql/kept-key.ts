/** The key of a model, as the tables of ours keep it. */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import { type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/**
 * The baseline's column for a key. All kinds of text are one (a UUID, an enumeration, a text of bounded length), or a
 * model that casts its key would meet a column that it can't be compared with.
 */
export function keptKey(dialect: Dialect, key: Column): Column {
  const nativeType = key.kind === 'text' ? dialect.types.text : key.nativeType
  return { ...key, nativeType }
}

/**
 * `[keys of the model, keys pushed before, keys that are both]`, each counted to one, as texts; compared as texts. `model`
 * is what follows `from`.
 */
export function commonKeys(
  dialect: Dialect,
  sync: SyncTables,
  keys: { readonly model: string; readonly key: Column; readonly baselineKey: Column },
): Statement {
  const { model, key, baselineKey } = keys
  const name = dialect.quote(key.name)
  const baseline = tableReference(dialect, sync.baseline)
  const modelKey = dialect.canonicalText(`m.${name}`, key)
  const knownKey = dialect.canonicalText(`b.${dialect.quote('key')}`, baselineKey)
  const counts = [
    `select 1 from ${model} as m where m.${name} is not null limit 1`,
    `select 1 from ${baseline} as b limit 1`,
    `select 1 from ${model} as m join ${baseline} as b on ${knownKey} = ${modelKey} limit 1`,
  ].map((query) => dialect.toText(`(select count(*) from (${query}) as one)`))
  return statement(`select ${counts.join(', ')}`)
}

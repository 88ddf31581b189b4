/**
 * Brings a store to the newest format. Each migration is one transaction that inserts its version
 * first, so that of several processes one does it and an interrupted one leaves the format before.
 */
import { migrationStatements } from './migration-statements.ts'
import type { Migration, StorePurpose } from './purpose.ts'
import { ExpectationFailed, type Store, type StoreDialect, type StoreStatement } from './store.ts'

/** Throws `foreign` and `newer_format` before anything is written. */
export async function migrate(
  store: Store,
  migrations: readonly Migration[],
  now: number,
): Promise<void> {
  const version = await formatVersion(store)
  refuseNewer(store, version, migrations)
  for (const migration of migrations) {
    if (migration.version > version) await applyMigration(store, migration, now)
  }
  // Another process may have brought it further than we know while we waited for it.
  refuseNewer(store, await formatVersion(store), migrations)
}

/** Brings a store just opened to the newest format that this program knows; closes it where that fails. */
export async function openMigrated(store: Store): Promise<Store> {
  try {
    await migrate(store, await store.purpose.migrations(), Date.now())
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

function refuseNewer(store: Store, version: number, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0
  if (version <= newest) return
  const { errors, noun } = store.purpose
  throw errors.newer_format({
    message: `The ${noun} in ${store.location} has format ${version}; this program knows formats up to ${newest}.`,
  })
}

/** 0 where nothing is yet. */
async function formatVersion(store: Store): Promise<number> {
  const [tables] = await store.execute([{ text: store.dialect.listTables, parameters: [] }])
  const names = (tables?.rows ?? []).map((row) => row.name)
  const { formatTable, neighbour, errors, noun } = store.purpose
  if (!names.includes(formatTable)) {
    if (names.length === 0 || names.includes(neighbour)) return 0
    throw errors.foreign({
      message: `${store.location} holds other tables than those of a ${noun}: ${names.slice(0, 3).join(', ')}.`,
    })
  }
  const [versions] = await store.execute([
    {
      text: `select max(version) as version from ${store.dialect.prefix}${formatTable}`,
      parameters: [],
    },
  ])
  return Number(versions?.rows[0]?.version ?? 0)
}

async function applyMigration(store: Store, migration: Migration, now: number): Promise<void> {
  const before = store.dialect.beforeMigration.map((text) => ({ text, parameters: [] }))
  try {
    await store.execute([
      ...before,
      ...migrationBatch(store.dialect, store.purpose, migration, now),
    ])
  } catch (error) {
    const byAnother = error instanceof ExpectationFailed && error.index === before.length + 1
    if (!byAnother) throw error
  }
}

/** The statements that lead from the format before to this one. */
export function migrationBatch(
  dialect: StoreDialect,
  { formatTable }: StorePurpose,
  migration: Migration,
  now: number,
): readonly StoreStatement[] {
  const { prefix, tokens } = dialect
  const table = `${prefix}${formatTable}`
  return [
    {
      text: `create table if not exists ${table} (version integer not null primary key, applied_at ${tokens.bigint} not null)`,
      parameters: [],
    },
    {
      text: `insert into ${table} (version, applied_at) values ($1, $2) on conflict (version) do nothing`,
      parameters: [migration.version, now],
      expectRows: 1,
    },
    ...migrationStatements(migration.text, tokens),
  ]
}

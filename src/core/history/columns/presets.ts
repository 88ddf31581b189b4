/**
 * Names and conventions of the columns that say when a version held, as other tools write them, so that what was
 * built on their tables goes on working. Versions are half-open inside; what differs is how they are shown.
 */
import type { PresetName } from '../../../model/sync.ts'

/**
 * - `start`, `end`: when the version began, and when it ended.
 * - `active`, `active_number`: whether it is the active one, as a boolean, or as 1 and 0.
 * - `updated`: when it began, for tools that show it twice.
 * - `version_id`: a digest of key and beginning.
 */
export const shownParts = [
  'start',
  'end',
  'active',
  'active_number',
  'updated',
  'version_id',
] as const
export type ShownPart = (typeof shownParts)[number]

export interface Preset {
  /** Column names, in order. */
  readonly columns: Readonly<Record<string, ShownPart>>
  /** `next_start`: the end is when the next version begins; else the last instant of that unit before. */
  readonly endsAt: 'next_start' | 'microsecond' | 'millisecond'
  /** The end of an active version; null for null. */
  readonly openEnd: string | null
}

export const presets: Readonly<Record<PresetName, Preset>> = {
  cdc: {
    columns: { _cdc_start: 'start', _cdc_end: 'end', _cdc_active: 'active' },
    endsAt: 'next_start',
    openEnd: null,
  },
  // Queried with `between`, so that the end belongs to the version.
  fivetran: {
    columns: { _fivetran_start: 'start', _fivetran_end: 'end', _fivetran_active: 'active' },
    endsAt: 'millisecond',
    openEnd: '9999-12-31T23:59:59.999000Z',
  },
  dlt: {
    columns: { _dlt_valid_from: 'start', _dlt_valid_to: 'end' },
    endsAt: 'next_start',
    openEnd: null,
  },
  dbt_snapshot: {
    columns: {
      dbt_scd_id: 'version_id',
      dbt_updated_at: 'updated',
      dbt_valid_from: 'start',
      dbt_valid_to: 'end',
    },
    endsAt: 'next_start',
    openEnd: null,
  },
  airbyte: {
    columns: {
      _airbyte_start_at: 'start',
      _airbyte_end_at: 'end',
      _airbyte_active_row: 'active_number',
    },
    endsAt: 'next_start',
    openEnd: null,
  },
}

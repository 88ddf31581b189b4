/** The columns that say when a version held, in whatever words a preset shows them. */
import type { PresetName } from '../../model/sync.ts'
import { presets, type ShownPart } from '../history/columns/presets.ts'
import type { Dialect } from '../sql/dialect.ts'

export const partDescriptions: Readonly<Record<ShownPart, string>> = {
  start: 'When the version began, by the time of the CRM.',
  end: 'When the version ended.',
  active: 'Whether the version is the active one.',
  active_number: '1 for the active version, 0 for those that ended.',
  updated: 'When the version began, by the time of the CRM.',
  version_id: 'A digest of the id and the beginning, unique to the version.',
}

/** What the columns of a preset are, by name and in order. */
export function describedParts(preset: PresetName): readonly (readonly [string, string])[] {
  const { columns, openEnd } = presets[preset]
  const active = ` For the active one it is ${openEnd === null ? 'null' : `in the year ${openEnd.slice(0, 4)}`}.`
  return Object.entries(columns).map(([name, part]) => [
    name,
    `${partDescriptions[part]}${part === 'end' ? active : ''}`,
  ])
}

/** The name of the column that shows the part; null where the preset has none. */
export function columnOf(preset: PresetName, part: ShownPart): string | null {
  const found = Object.entries(presets[preset].columns).find(([, shown]) => shown === part)
  return found?.[0] ?? null
}

/** Like `columnOf`, for parts that every preset has. */
export function boundColumn(preset: PresetName, part: 'start' | 'end'): string {
  const name = columnOf(preset, part)
  if (name === null) throw new Error(`the preset ${preset} shows no ${part}`)
  return name
}

/** A condition that is true for active versions alone. */
export function isActive({ quote }: Dialect, preset: PresetName): string {
  const active = columnOf(preset, 'active')
  if (active !== null) return quote(active)
  return `${quote(boundColumn(preset, 'end'))} is null`
}

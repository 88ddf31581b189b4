/**
 * Which `removed_rows` each `mode` allows. A cell that is refused, or allowed only for records the
 * sync may adopt, says why.
 */
import type { PushMode, RemovedRowsPolicy } from '../../model/sync.ts'

export type ModeCell =
  | { readonly allowed: 'always' }
  /** Only together with `delete_adopted: true`. */
  | { readonly allowed: 'delete_adopted'; readonly because: string }
  | { readonly allowed: 'never'; readonly because: string }

const always = { allowed: 'always' } as const

function adopted(verb: string): ModeCell {
  return {
    allowed: 'delete_adopted',
    because: `An update creates no records, so there is none it may ${verb} unless \`delete_adopted: true\` lets it reach records that it found.`,
  }
}

export const modeTable: Readonly<Record<PushMode, Readonly<Record<RemovedRowsPolicy, ModeCell>>>> =
  {
    insert: {
      ignore: always,
      clear: {
        allowed: 'never',
        because:
          'An insert never changes a record after its creation, so it can not empty its fields either.',
      },
      archive: always,
      delete: always,
    },
    update: {
      ignore: always,
      clear: adopted('clear'),
      archive: adopted('archive'),
      delete: adopted('delete'),
    },
    upsert: { ignore: always, clear: always, archive: always, delete: always },
  }

/** Why the combination is refused; null where it is allowed. */
export function refusalOf(
  mode: PushMode,
  removedRows: RemovedRowsPolicy,
  deleteAdopted: boolean,
): string | null {
  const cell = modeTable[mode][removedRows]
  switch (cell.allowed) {
    case 'always':
      return null
    case 'delete_adopted':
      return deleteAdopted ? null : cell.because
    case 'never':
      return cell.because
    default: {
      const impossible: never = cell
      return impossible
    }
  }
}

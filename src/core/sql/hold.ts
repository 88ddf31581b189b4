/** Why a row is remembered between runs, and what keeps it out of the next ones. */

/**
 * - `content`: the record is wrong; until its values, the mapping or the CRM's metadata change. Of a row that left the model
 *   (`leftAlone`): until it returns, or the sync may remove the record.
 * - `doubt`: nobody can say what became of it; until a person decides (`retry`).
 * - `retry`: it failed, or had nothing to act on; until its next attempt.
 * - `wait`: deferred; nothing keeps it out, and it goes before rows that were deferred later.
 */
export const holdKinds = ['content', 'doubt', 'retry', 'wait'] as const
export type HoldKind = (typeof holdKinds)[number]

/** The reason of a deferred row that is held for `doubt`. */
export const inDoubt = 'in_doubt'

/** The reason of a row that left the model and whose record is not the sync's to remove. */
export const leftAlone = 'removed.adopted'

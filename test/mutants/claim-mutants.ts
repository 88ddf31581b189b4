/** What may go wrong where rows claim records and match values: two may want one. */
import type { Mutant } from './mutant.ts'

const cases = 'test/push/cases.integration.test.ts'
const oneRecord = 'test/push/one-record.integration.test.ts'
const schedules = 'test/faults/fault-schedules.integration.test.ts'

export const claimMutants: readonly Mutant[] = [
  {
    name: 'a row whose own record may be a part of another one’s gets a second',
    promise: 4,
    file: 'src/engine/push/deliver/fates.ts',
    search:
      '  if (owner !== row.key && (!wasTaken || lost.isJoined(record))) {\n    return ownedOutcome(context, row, record.id, owner)\n  }\n',
    replace: '',
    tests: [oneRecord],
  },
  {
    name: 'a row whose value people gave to another one’s record gets a second',
    promise: 4,
    file: 'src/engine/push/deliver/fates.ts',
    search: '(!wasTaken || lost.isJoined(record))',
    replace: 'lost.isJoined(record)',
    tests: [oneRecord],
  },
  {
    name: 'a row whose own record another row’s look found first gets a second',
    promise: 4,
    file: 'src/engine/push/deliver/claimed-records.ts',
    search:
      "      if (outcome.origin === 'created') return madeOutcome(row, outcome.remoteId, owner)\n",
    replace: '',
    tests: [oneRecord],
  },
  {
    name: 'erasing one row’s person frees a row in doubt that its message named',
    promise: 4,
    file: 'src/core/sql/erase.ts',
    search: ' and not (${isDoubt(dialect)})`',
    replace: '`',
    tests: [oneRecord],
  },
  {
    name: 'a plan does not look whose the match value is that a row changes to',
    promise: 4,
    file: 'src/core/plan/claims.ts',
    search: 'moves: before.moves || planned.some(moves),',
    replace: 'moves: before.moves,',
    tests: [cases],
  },
  {
    name: 'a plan does not look whose the record is that a row finds',
    promise: 4,
    file: 'src/core/plan/claims.ts',
    search: 'binds: before.binds || planned.some(binds),',
    replace: 'binds: before.binds,',
    tests: ['test/push/merged-records.integration.test.ts'],
  },
  {
    name: 'rows of one page of a plan may share a match value',
    promise: 4,
    file: 'src/core/plan/claims.ts',
    search: '    return new Set(values).size < values.length\n',
    replace: '    return false\n',
    tests: [cases],
  },
  {
    name: 'rows of different pages of a plan may share a match value',
    promise: 4,
    file: 'src/core/plan/claims.ts',
    search: 'shares: earlier === null ? sharedIn(planned) : collisionColumns,',
    replace: 'shares: sharedIn(planned),',
    tests: [cases],
  },
  {
    name: 'two keys may be bound to one record',
    promise: 4,
    file: 'src/engine/push/deliver/claimed-records.ts',
    search: '      if (owner === row.key) return outcome\n',
    replace: '      if (owner !== null) return outcome\n',
    tests: [schedules],
  },
]

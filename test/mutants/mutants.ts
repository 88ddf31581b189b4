/** Small changes that each break a promise, and the tests that must notice. */

import { claimMutants } from './claim-mutants.ts'
import { fieldMutants } from './field-mutants.ts'
import { jobMutants } from './job-mutants.ts'
import type { Mutant } from './mutant.ts'
import { pullMutants } from './pull-mutants.ts'
import { salesforceMutants } from './salesforce-mutants.ts'

const decide = 'src/core/plan/decide.test.ts'
const fate = 'src/core/delivery/fate.test.ts'
const retry = 'src/core/delivery/retry.test.ts'
const outcome = 'src/core/delivery/outcome.test.ts'
const phases = 'src/core/plan/phases.test.ts'
const guards = 'src/core/plan/guards.test.ts'
const cases = 'test/push/cases.integration.test.ts'
const bisection = 'test/faults/bisection.integration.test.ts'
const schedules = 'test/faults/fault-schedules.integration.test.ts'
const creates = 'test/system/crash-matrix/create.test.ts'
const lostUpdates = 'test/push/lost-updates.integration.test.ts'
const linksInDoubt = 'test/push/links-in-doubt.integration.test.ts'
const ledger = 'src/ledger/sqlite/sqlite-conformance.integration.test.ts'
const dialects = 'src/core/sql/dialects/dialects.test.ts'

export const mutants: readonly Mutant[] = [
  {
    name: 'a link that a dead worker may have written is forgotten',
    promise: 1,
    file: 'src/engine/push/recover.ts',
    search: 'doubtLinks(context, rows, [...resolved, ...unapplied])',
    replace: '[...resolved, ...unapplied]',
    tests: [linksInDoubt],
  },
  {
    name: 'what a lost update wrote counts as typed by a person',
    promise: 1,
    file: 'src/engine/push/deliver/fate-outcomes.ts',
    search: "if (isOwn && row.presence === 'present')",
    replace: 'if (false)',
    tests: [lostUpdates],
  },
  {
    name: 'a match value that was not written counts as the record’s',
    promise: 1,
    file: 'src/core/sql/merge.ts',
    search: "case when s.${quote('keeps_match')} is not null then",
    replace: 'case when false then',
    tests: [lostUpdates],
  },
  {
    name: 'a link whose answer was lost is forgotten',
    promise: 1,
    file: 'src/core/plan/link-doubt.ts',
    search: "if (ids.size > 0) after[doubtName(name)] = [...ids].join(' ')",
    replace: '',
    tests: [linksInDoubt],
  },
  {
    name: 'the ledger forgets outcomes before the baseline has them',
    promise: 1,
    file: 'src/engine/push/deliver/confirm.ts',
    search: '    const filled = await fill(session)\n',
    replace:
      '    const filled = await fill(session)\n    await context.ledger.finishMerge(lease, context.runId, generation, filled.through)\n',
    tests: [creates],
  },
  {
    name: 'outcomes without a confirmed record advance the baseline',
    promise: 1,
    file: 'src/core/delivery/outcome.ts',
    search: '    presence: null,\n    crmValues: {},',
    replace: '    presence: row.presence,\n    crmValues: {},',
    tests: [outcome, cases],
  },
  {
    name: 'a batch is not in the ledger when its request starts',
    promise: 1,
    file: 'src/engine/push/deliver/deliver.ts',
    search:
      '    await ledger.recordSending(held, runId, { number, attempt: 1, payload }, clock.now())\n',
    replace:
      '    if (number > 1) await ledger.recordSending(held, runId, { number, attempt: 1, payload }, clock.now())\n',
    tests: [creates],
  },
  {
    name: 'a merge that did not happen is taken for done',
    promise: 1,
    file: 'src/engine/push/recover.ts',
    search: 'known.generation !== record.mergingGeneration ||',
    replace: 'false ||',
    tests: [creates],
  },
  {
    name: 'rows of a duplicate key are not counted',
    promise: 2,
    file: 'src/engine/push/plan/totals.ts',
    search: "  if (model.duplicated > 0) note('rejected', 'key.duplicate', model.duplicated)\n",
    replace: '',
    tests: [cases],
  },
  {
    name: 'bisection drops a row',
    promise: 2,
    file: 'src/engine/push/deliver/send.ts',
    search: 'rows.slice(middle))',
    replace: 'rows.slice(middle + 1))',
    tests: [bisection],
  },
  {
    name: 'a dead run is never brought to its end',
    promise: 2,
    file: 'src/engine/push/recover.ts',
    search: "await ledger.transition(lease.current(), record.id, 'failure'",
    replace: "if (record.id === '') await ledger.transition(lease.current(), record.id, 'failure'",
    tests: [creates],
  },
  {
    name: 'a ring of claims is not broken',
    promise: 3,
    file: 'src/core/plan/phases.ts',
    search: '    if (ring) clearFirst.push(needed)\n',
    replace: '',
    tests: [phases],
  },
  {
    name: 'match values are not cleared first',
    promise: 3,
    file: 'src/engine/push/deliver/deliver.ts',
    search: '      await this.#clearFirst()\n',
    replace: '',
    tests: [cases],
  },
  {
    name: 'what is missing in an answer counts as delivered',
    promise: 4,
    file: 'src/engine/push/deliver/results.ts',
    search: '        unaccounted.push(row)\n',
    replace:
      "        outcomes.push(delivered(row, { id: row.remoteId ?? '0', created: true, returned: {} }))\n",
    tests: [schedules],
  },
  {
    name: 'a delete counts as done without a look',
    promise: 4,
    file: 'src/engine/push/deliver/results.ts',
    search: "row.kind === 'delete' && !context.connector.accounts.delete",
    replace: "row.kind === 'delete' && context.connector.accounts.delete",
    tests: [schedules],
  },
  {
    name: 'unknown creates are sent again without a lookup',
    promise: 4,
    file: 'src/core/delivery/retry.ts',
    search: "      return { do: 'resolve' }\n",
    replace: "      return { do: 'again', waitMs: 1000, next: attempts }\n",
    tests: [retry],
  },
  {
    name: 'a renamed push makes what it made under its former name a second time',
    promise: 4,
    file: 'src/engine/push/lifecycle.ts',
    search: 'keyName: keyName ?? sync.name',
    replace: 'keyName: sync.name',
    tests: ['test/push/identity.integration.test.ts'],
  },
  {
    name: 'nobody waits until a dead request can no longer be applied',
    promise: 4,
    file: 'src/engine/push/deliver/send.ts',
    search: '  await context.clock.sleep(requestTimeoutMs + settlingMs, context.signal)\n',
    replace: '  await context.clock.sleep(requestTimeoutMs * settlingMs * 0, context.signal)\n',
    tests: ['test/faults/late-request.integration.test.ts'],
  },
  {
    name: 'an edit that a person made since the look is written over',
    promise: 4,
    file: 'src/core/plan/judge-field.ts',
    search: "return write !== 'always' || conflict !== 'ours'",
    replace: "return write !== 'always'",
    tests: ['test/push/late-edits.integration.test.ts'],
  },
  {
    name: 'a null takes away what people typed while its field was not mapped',
    promise: 4,
    file: 'src/core/plan/decide.ts',
    search: 'sinceMapped(bound(due), record, context)',
    replace: 'bound(due)',
    tests: ['test/push/nulls-and-mappings.integration.test.ts'],
  },
  {
    name: 'a failed look at an answered write makes the write undone',
    promise: 4,
    file: 'src/engine/push/deliver/send.ts',
    search: '  const outcomes = await settle(context, rechecked.ready, results, attempts)\n',
    replace:
      '  const outcomes = await settle(context, rechecked.ready, results, attempts).catch((error: unknown) => {\n    if (!(error instanceof RequestFailure)) throw error\n    return deferAll(own, error, haltBy(context, error))\n  })\n',
    tests: ['test/push/failed-look.integration.test.ts'],
  },
  {
    name: 'a create that a person changed since is not recognised',
    promise: 4,
    file: 'src/core/delivery/fate.ts',
    search: "      return 'altered'\n",
    replace: "      return 'changed'\n",
    tests: [fate],
  },
  {
    name: 'who was held and is delivered stays held',
    promise: 2,
    file: 'src/engine/push/deliver/confirm.ts',
    search: '      let holds = basis.withHeld\n',
    replace: '      let holds = false\n',
    tests: ['test/push/held.integration.test.ts'],
  },
  {
    name: 'if_unchanged writes over what a person changed',
    promise: 4,
    file: 'src/core/plan/judge-field.ts',
    search: '    !releasedByUs &&\n    !isUnchanged(compiled, seen, crm, sent)',
    replace: '    !releasedByUs &&\n    seen &&\n    !isUnchanged(compiled, seen, crm, sent)',
    tests: [decide],
  },
  {
    name: 'if_unchanged compares nothing',
    promise: 4,
    file: 'src/core/plan/judge-field.ts',
    search: "    mapping.write === 'if_unchanged' &&\n    !releasedByUs",
    replace: "    mapping.write === 'if_unchanged' &&\n    !seen &&\n    !releasedByUs",
    tests: [decide],
  },
  {
    name: 'if_empty writes into full fields',
    promise: 4,
    file: 'src/core/plan/judge-field.ts',
    search: "mapping.write === 'if_empty' && !(seen && isEmpty(crm))",
    replace: "mapping.write === 'if_empty' && !seen",
    tests: [decide],
  },
  {
    name: 'values that a person typed are taken for confirmed',
    promise: 4,
    file: 'src/core/delivery/outcome.ts',
    search: '    if (field in row.changes)',
    replace: '    if (field in row.changes || field in row.crmValues)',
    tests: [outcome],
  },
  {
    name: 'equality is not null-safe',
    promise: 5,
    file: 'src/core/sql/dialects/duckdb.ts',
    search: '`${left} is distinct from ${right}`',
    replace: '`${left} <> ${right}`',
    tests: [dialects, cases],
  },
  {
    name: 'a null that was never confirmed wipes what people typed',
    promise: 5,
    file: 'src/core/plan/judge-field.ts',
    search: "mapping.nulls === 'transition' && !isOurs(",
    replace: "mapping.nulls === 'transition' && isOurs(",
    tests: [decide],
  },
  {
    name: 'deletes are not guarded',
    promise: 6,
    file: 'src/core/plan/guards.ts',
    search: "    ...breach('max_deletes', totals.deletes, guards.maxDeletes, baselineRows),\n",
    replace: '',
    tests: [guards, cases],
  },
  {
    name: 'an empty model empties the CRM',
    promise: 6,
    file: 'src/engine/push/plan/difference.ts',
    search: '  if (model.whole > 0 ||',
    replace: '  if (model.whole >= 0 ||',
    tests: [cases],
  },
  {
    name: 'rejected rows count as absent',
    promise: 6,
    file: 'src/engine/push/plan/plan.ts',
    search: 'const absenceIsKnown = model.wholeKeyed === model.whole',
    replace: 'const absenceIsKnown = model.wholeKeyed <= model.whole',
    tests: [cases],
  },
  {
    name: 'records of other people are deleted',
    promise: 6,
    file: 'src/core/plan/decide-removed.ts',
    search: "if (baseline.origin === 'adopted' && !sync.deleteAdopted)",
    replace: "if (baseline.origin === 'adopted' && sync.deleteAdopted)",
    tests: [decide],
  },
  {
    name: 'another account behind the same name is written to',
    promise: 6,
    file: 'src/engine/push/look/account.ts',
    search: '  if (bound.account === account.id) return null\n',
    replace: "  if (bound.account !== '') return null\n",
    tests: [cases],
  },
  {
    name: 'a sync that names another object goes on where nothing is due',
    promise: 4,
    file: 'src/engine/push/look/object.ts',
    search: '  if (bound === null || bound.name === sync.object) return\n',
    replace: '  if (bound !== null) return\n',
    tests: ['test/push/other-object.integration.test.ts'],
  },
  {
    name: 'the lease is not checked at a write',
    promise: 7,
    file: 'src/ledger/leases.ts',
    search: 'and fence = $3${store.dialect.forUpdate}',
    replace: 'and fence <= $3 + 1000${store.dialect.forUpdate}',
    tests: [ledger],
  },
  {
    name: 'the state of another project is not noticed',
    promise: 7,
    file: 'src/engine/working-schema.ts',
    search: '  if (known.stateId !== context.stateId) {\n',
    replace: "  if (known.stateId === '') {\n",
    // A push would notice by what it keeps of its own; a pull has no other sign.
    tests: ['test/pull/recover.integration.test.ts'],
  },
  ...claimMutants,
  ...fieldMutants,
  ...jobMutants,
  ...salesforceMutants,
  ...pullMutants,
]

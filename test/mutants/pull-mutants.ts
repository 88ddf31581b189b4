/** What a pull may get wrong. */
import type { Mutant } from './mutant.ts'

const reading = 'test/pull/reading.integration.test.ts'
const incremental = 'test/pull/incremental.integration.test.ts'
const replay = 'test/pull/replay.integration.test.ts'
const rules = 'test/history/rules.integration.test.ts'
const killed = 'test/crash/pull-coverage.integration.test.ts'
const webhooks = 'test/server/pulled-webhooks.integration.test.ts'
const gate = 'src/server/authorize.test.ts'
const group = 'src/journal/group-commit.test.ts'
const jsonValues = 'src/core/change/json-value.test.ts'
const lines = 'src/core/change/change-line.test.ts'
const choice = 'src/core/change/choose-fields.test.ts'
const times = 'src/core/change/event-time.test.ts'
const fits = 'src/core/history/columns/place-fields.test.ts'
const erasedWaiting = 'test/pull/erase-waiting.integration.test.ts'
const renamed = 'test/pull/rename.integration.test.ts'
const killedErase = 'test/crash/killed-erase.integration.test.ts'
const lostErasures = 'test/pull/lost-erasures.integration.test.ts'
const pins = 'src/core/history/columns/choose-pins.test.ts'

export const pullMutants: readonly Mutant[] = [
  {
    name: 'one erasure that is made again in an old copy of the warehouse hides the others that it lacks',
    promise: 8,
    file: 'src/core/sql/erasure-mark.ts',
    search:
      'return { text: `${markText(dialect, shared, mark)} and ${tellsLast}`, parameters: [] }',
    replace: 'return { text: markText(dialect, shared, mark), parameters: [] }',
    tests: [lostErasures],
  },
  {
    name: 'an erasure that was cut off before the state had it is forgotten with the warehouse',
    promise: 8,
    file: 'src/engine/working-schema.ts',
    search: '  await learnErasure(context, record, known)\n',
    replace: '',
    tests: [killedErase],
  },
  {
    name: 'whom a pull erased before it was renamed comes back',
    promise: 8,
    file: 'src/engine/pull/history/tombstones.ts',
    search: 'owner: { sync: erasedAs ?? sync, object },',
    replace: 'owner: { sync, object },',
    tests: [renamed],
  },
  {
    name: 'a rename that was cut off after the warehouse leaves the state behind',
    promise: 1,
    file: 'src/engine/pull/rename.ts',
    search: "  return isOpened(own, own) && !isOpened(own, former) ? 'left' : 'due'\n",
    replace: "  return own.row !== null ? 'done' : 'due'\n",
    tests: [renamed],
  },
  {
    name: 'fields without a column are forgotten with the next change that tells of others',
    promise: 3,
    file: 'src/core/history/fold/fold-more.ts',
    search: 'and m.${position} <= c.${position} and',
    replace: 'and m.${position} = c.${position} and',
    tests: ['test/pull/more-fields.integration.test.ts'],
  },
  {
    name: 'a webhook is answered before it is on disk',
    promise: 1,
    file: 'src/journal/group-commit.ts',
    search:
      '    await write(group.map(({ value }) => value))\n    for (const { resolve } of group) resolve()\n',
    replace:
      '    for (const { resolve } of group) resolve()\n    await write(group.map(({ value }) => value))\n',
    tests: [group],
  },
  {
    name: 'the position of a read advances although the read was cut off',
    promise: 1,
    file: 'src/engine/pull/read/read-from.ts',
    search: '  return addMicroseconds(at, BigInt(ms) * -1000n)',
    replace: '  return addMicroseconds(at, BigInt(ms) * 1000n)',
    tests: [incremental],
  },
  {
    name: 'what the CRM shows late is not looked for again',
    promise: 1,
    file: 'src/engine/pull/read/read-from.ts',
    search: '  return { since: trailing < prompt ? trailing : prompt, isTrailing, ',
    replace: '  return { since: prompt, isTrailing, ',
    tests: [incremental],
  },
  {
    name: 'a read of everything that was cut off is repeated by each run',
    promise: 2,
    file: 'src/engine/pull/read/read-object.ts',
    search: '  if (triedAt === null) return\n',
    replace: '  if (triedAt !== undefined) return\n',
    tests: [incremental],
  },
  {
    name: 'records whose webhooks left them in doubt are not fetched',
    promise: 2,
    file: 'src/engine/pull/events/dirty.ts',
    search: '  if (now.length === 0) return []\n',
    replace: '  if (now.length >= 0) return []\n',
    tests: ['test/pull/doubt.integration.test.ts'],
  },
  {
    name: 'a record that its pages missed counts as deleted',
    promise: 6,
    file: 'src/engine/pull/read/absent.ts',
    search: "    return found.state === 'found'\n      ? [findingOf(found.record, askedAt)]\n",
    replace: "    return found.state === 'found'\n      ? [findingOfGone(key, null, askedAt)]\n",
    tests: [reading],
  },
  {
    name: 'an incomplete read deletes whatever it did not meet',
    promise: 6,
    file: 'src/engine/pull/read/absent.ts',
    search: 'const isWithheld = !force && absent > allowedRows(sync.maxDeletes, there)',
    replace: 'const isWithheld = !force && absent > there',
    tests: [reading],
  },
  {
    name: 'a read of what changed judges what it did not ask for',
    promise: 6,
    file: 'src/engine/pull/read/read-object.ts',
    search: 'since === null ? await askForAbsent',
    replace: 'since !== undefined ? await askForAbsent',
    tests: [incremental],
  },
  {
    name: 'a read writes over what happened after its page was asked for',
    promise: 3,
    file: 'src/core/history/load/comparison.ts',
    search: "    `(${known} is null or ${known} <= r.${quote('_observed_at')})`,\n",
    replace: "    `(${known} is null or r.${quote('_observed_at')} is not null)`,\n",
    tests: [reading],
  },
  {
    name: 'every read makes a version of every record',
    promise: 3,
    file: 'src/core/history/load/comparison.ts',
    search: "or ${quote('_differs')} or ${quote('_informs')}`",
    replace: "or ${quote('_differs')} or ${quote('_informs')} or 1 = 1`",
    tests: [reading],
  },
  {
    name: 'a difference without a timestamp takes that of the record',
    promise: 3,
    file: 'src/core/change/event-time.ts',
    search: 'const at = requestedAt > covered ? requestedAt : addMicroseconds(covered, 1n)',
    replace: 'const at = covered',
    tests: [times],
  },
  {
    name: 'what a read saw of a second that was not over stands above what was told of it',
    promise: 3,
    file: 'src/core/change/event-time.ts',
    search: '  return requestedAt < end\n',
    replace: "  return requestedAt < ''\n",
    tests: [times, reading],
  },
  {
    name: 'a change that comes twice counts twice',
    promise: 3,
    file: 'src/core/history/load/load.ts',
    search:
      " and not exists (select 1 from ${tableReference(dialect, tables.known)} as k where ${sameChange(dialect, 'k', 'c')})`",
    replace: '`',
    tests: [replay],
  },
  {
    name: 'an update opens a record that was deleted',
    promise: 3,
    file: 'src/core/history/log/marks.ts',
    search: "or (${presence} is null and coalesce(${news}, 'X') = 'U'))`",
    replace: "or coalesce(${news}, 'X') = 'U')`",
    tests: [rules],
  },
  {
    name: 'a late change folds nothing but itself',
    promise: 3,
    file: 'src/core/history/load/load.ts',
    search: "> v.${quote('_through')} then 'next' else 'late' end",
    replace: "> v.${quote('_through')} then 'next' else 'next' end",
    tests: [rules],
  },
  {
    name: 'equality of versions is not null-safe',
    promise: 3,
    file: 'src/core/history/fold/fold.ts',
    search: 'distinct(exactly(dialect, value, field), quote(nextColumn(index)))',
    replace: '`${exactly(dialect, value, field)} <> ${quote(nextColumn(index))}`',
    tests: [rules],
  },
  {
    name: 'what a read is the first to tell begins a version',
    promise: 3,
    file: 'src/core/history/fold/fold.ts',
    search: "and not (${unknown} and coalesce(${quote(`_next${seen}`)}, '0') = '1'))",
    replace: 'and true)',
    tests: [rules],
  },
  {
    name: 'what completed a version counts as known from its beginning',
    promise: 3,
    file: 'src/core/history/fold/known-fields.ts',
    search: "${letter} = '1' or (${letter} = '' and",
    replace: "true or (${letter} = '' and",
    tests: [rules],
  },
  {
    name: 'numbers go through a double',
    promise: 5,
    file: 'src/core/change/json-value.ts',
    search: 'new NumberText(source ?? String(value))',
    replace: 'new NumberText(String(value))',
    tests: [jsonValues, lines],
  },
  {
    name: 'numbers that JavaScript writes otherwise go through a double',
    promise: 5,
    file: 'src/core/change/json-value.ts',
    search: 'oddNumber.test(text) ? [keepNumbers] : []',
    replace: 'oddNumber.test(text) ? [] : []',
    tests: [jsonValues],
  },
  {
    name: 'a record that is first met by its end has a version',
    promise: 3,
    file: 'src/core/history/fold/first-version.ts',
    search: "`case when ${quote('_alive')} then ${expression} end`",
    replace: "`case when ${quote('_alive')} or true then ${expression} end`",
    tests: [rules],
  },
  {
    name: 'a null that a change tells is taken for what it does not know',
    promise: 5,
    file: 'src/core/history/log/wrapped.ts',
    search: '  if (text === undefined) return null\n',
    replace: '  if (text === undefined || text === null) return null\n',
    tests: [rules],
  },
  {
    name: 'a number loses digits to fit its column',
    promise: 5,
    file: 'src/core/history/columns/fit.ts',
    search: 'if (fraction.length > scale || digits > decimalDigits - scale) return null',
    replace: 'if (digits > decimalDigits - scale) return null',
    tests: [fits],
  },
  {
    name: 'two fields share a column',
    promise: 5,
    file: 'src/core/history/columns/choose-pins.ts',
    search: '  while (isTaken(candidate(number))) number += 1\n',
    replace: '',
    tests: [pins],
  },
  {
    name: 'a worker that lost its lease still loads',
    promise: 7,
    file: 'src/engine/pull/history/load-target.ts',
    search: '    fence: [fenceStatement(context)],\n',
    replace: '    fence: fenceStatement(context) === null ? [] : [],\n',
    tests: ['test/pull/fence.integration.test.ts'],
  },
  {
    name: 'a load takes changes in and folds them in two transactions',
    promise: 1,
    file: 'src/engine/pull/history/load-changes.ts',
    search: '    await session.execute([...fence, append, ...place, ...alongside], fold)\n',
    replace:
      '    await session.execute([...fence, append])\n    await session.execute([...fence, ...place, ...alongside], fold)\n',
    tests: [killed],
  },
  {
    name: 'what came late is folded without what the log has',
    promise: 3,
    file: 'src/core/history/fold/fold-source.ts',
    search: '  if (lateFrom === null) return fresh\n',
    replace: "  if (lateFrom !== '') return fresh\n",
    tests: ['test/history/rules.integration.test.ts'],
  },
  {
    name: 'what a look at webhooks found is owed only after they are made',
    promise: 2,
    file: 'src/app/subscription/subscription-turns.ts',
    search: `    this.holes.looked(plan, clock.now())
    if (!(await this.note(plan.kept))) return null
    const made = await makeSubscriptions(workspace, target, plan)
`,
    replace: `    const made = await makeSubscriptions(workspace, target, plan)
    this.holes.looked(plan, clock.now())
`,
    tests: [killed],
  },
  {
    name: 'a run that died is never ended',
    promise: 7,
    file: 'src/engine/pull/lifecycle.ts',
    search: '  await supersedeLeft(context)\n',
    replace: '  void supersedeLeft\n',
    tests: [killed],
  },
  {
    name: 'a field that is to be hashed is kept as it is',
    promise: 8,
    file: 'src/engine/pull/history/read-row.ts',
    search: "use === 'hashed' && value !== null ? hashed(value, hashSecret) : value",
    replace: "use === 'hashed' && value === null ? hashed(value, hashSecret) : value",
    tests: [reading],
  },
  {
    name: 'a field that is excluded is kept when it is to be hashed as well',
    promise: 8,
    file: 'src/core/change/choose-fields.ts',
    search: "    if (excluded?.(field) === true && included?.(field) !== true) return 'left'\n",
    replace:
      "    if (excluded?.(field) === true && hashed?.(field) !== true && included?.(field) !== true) return 'left'\n",
    tests: [choice],
  },
  {
    name: 'a webhook with a wrong secret is received',
    promise: 8,
    file: 'src/server/authorize.ts',
    search: "    if (!knowsSecret) return 'unknown'\n",
    replace: "    if (!knowsSecret && !isKnown) return 'unknown'\n",
    tests: [gate],
  },
  {
    name: 'what can not be read is dropped',
    promise: 2,
    file: 'src/engine/pull/events/load-events.ts',
    search: '  await keepUnread(context, decoded.unreadable)\n',
    replace: '  await keepUnread(context, [])\n',
    tests: [webhooks],
  },
  {
    name: 'an erasure leaves what waits in the journal',
    promise: 8,
    file: 'src/engine/pull/erase/erase-waiting.ts',
    search: 'await inbox.journal.erase(positions)\n',
    replace: 'await inbox.journal.erase([])\n',
    tests: [erasedWaiting],
  },
  {
    name: 'an erasure takes from another pull what waits for it as well',
    promise: 2,
    file: 'src/engine/pull/erase/erase-waiting.ts',
    search: '  const takers = [own, ...(await Promise.all(others))]\n',
    replace: '  const takers = [own]\n  await Promise.all(others)\n',
    tests: [erasedWaiting],
  },
  {
    name: 'a load keeps the body of what was erased after it was read',
    promise: 8,
    file: 'src/engine/pull/events/load-events.ts',
    search: '  return found?.position === position && found.connection === connection\n',
    replace: '  return found?.position === position || connection !== null\n',
    tests: ['test/server/event-loader.integration.test.ts'],
  },
  {
    name: 'a recovered pull goes on from its positions, though webhooks may be lost',
    promise: 1,
    file: 'src/engine/pull/recover-pull.ts',
    search: '  const owed = oweWhole(dialect, shared.objects, { sync: sync.name }, ',
    replace: "  const owed = oweWhole(dialect, shared.objects, { sync: '' }, ",
    tests: ['test/pull/recover.integration.test.ts'],
  },
]

/** What may go wrong where a CRM takes records as jobs. */
import type { Mutant } from './mutant.ts'

const pushes = 'test/push/jobs.integration.test.ts'
const byJob = 'src/core/delivery/by-job.test.ts'

export const jobMutants: readonly Mutant[] = [
  {
    name: 'rows of a job that may still write are sent again',
    promise: 4,
    file: 'src/engine/push/recover.ts',
    search: '  if (known.isOpen) {\n',
    replace: '  if (known.isOpen && job === null) {\n',
    tests: [pushes],
  },
  {
    name: 'a run that leaves a job at work counts as ended',
    promise: 4,
    file: 'src/engine/push/execute.ts',
    search: "  if (delivery.underWay > 0) return { state: 'delivering', error: null }\n",
    replace: '',
    tests: [pushes],
  },
  {
    name: 'a job has data before its id is in the ledger',
    promise: 4,
    file: 'src/engine/push/deliver/jobs.ts',
    search:
      '    await record({ id, started: false })\n    await unstarted(bulk.fill(id, load, job))\n',
    replace:
      '    await unstarted(bulk.fill(id, load, job))\n    await record({ id, started: false })\n',
    tests: [pushes],
  },
  {
    name: 'a job is started before that is in the ledger',
    promise: 4,
    file: 'src/engine/push/deliver/jobs.ts',
    search: '  await record({ id, started: true })\n  await start(context, bulk, id, job)\n',
    replace: '  await start(context, bulk, id, job)\n  await record({ id, started: true })\n',
    tests: [pushes],
  },
  {
    name: 'a job that a dead run filled stays open',
    promise: 4,
    file: 'src/engine/push/deliver/job-fates.ts',
    search: '    await jobs.bulk.abort(job.id).catch(() => undefined)\n',
    replace: '',
    tests: [pushes],
  },
  {
    name: 'a job that a dead run started is not waited for',
    promise: 4,
    file: 'src/engine/push/deliver/job-fates.ts',
    search: '  if (!job.started) {\n',
    replace: "  if (!job.started || job.id !== '') {\n",
    tests: [pushes],
  },
  {
    name: 'a job that the CRM forgot counts as never applied',
    promise: 4,
    file: 'src/engine/push/deliver/jobs.ts',
    search: "load.inputs.map(() => ({ status: 'unaccounted' }))",
    replace: "load.inputs.map(() => ({ status: 'busy', reason: 'job.gone', message: 'gone' }))",
    tests: [pushes],
  },
  {
    name: 'what the CRM was too busy for counts as delivered',
    promise: 2,
    file: 'src/engine/push/deliver/results.ts',
    search:
      '        busy.push({ row, reason: result.reason, ...masked(context, row, result.message) })\n',
    replace:
      "        outcomes.push(delivered(row, { id: row.remoteId ?? '0', created: true, returned: {} }))\n",
    tests: [pushes],
  },
  {
    name: 'a job writes over what a condition protects',
    promise: 4,
    file: 'src/core/delivery/by-job.ts',
    search: 'isDecidedByLook(given) || isAssociation(field.name)',
    replace: 'isAssociation(field.name)',
    tests: [byJob],
  },
]

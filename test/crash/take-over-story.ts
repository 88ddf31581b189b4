/**
 * The way from another tool to ours, in steps that are each a process: columns are imported, versions taken over, and
 * records read again by their ids.
 */
import { integer, text } from '../pull/scripted-crm.ts'
import { afterAnotherPull, day, instantOf, type Step, type Story } from './pull-story.ts'

const steps: readonly Step[] = [
  {
    set: () => undefined,
    work: (world, crm, process) =>
      world.importColumns(
        process.wrapReader(crm.reader),
        { schema: `${world.sync.schema}_old` },
        process.wrapStores,
      ),
  },
  {
    set: () => undefined,
    work: (world, crm, process) =>
      world.takeOver(
        process.wrapReader(crm.reader),
        {
          table: { schema: `${world.sync.schema}_old`, table: 'deal_history' },
          changesPerLoad: 4,
        },
        process.wrapStores,
      ),
  },
  {
    set: (crm) => {
      crm.put('1', day(3, '10:00:00'), { title: text('C'), value: integer(3) })
      crm.put('2', day(1, '09:00:00'), { title: text('B'), value: integer(2) })
    },
    work: (world, crm, process) =>
      world.read(
        process.wrapReader(crm.reader),
        { kind: 'backfill', selection: { by: 'ids', ids: ['1', '2', '3'] } },
        process.wrapStores,
      ),
    isLikeOthers: true,
  },
]

export const takeOverStory: Story = {
  before: async (world, schema) => {
    await afterAnotherPull(world)
    await world.execute(
      `create schema ${schema}_old`,
      `create table ${schema}_old.deal_history (id double, _cdc_start timestamp, _cdc_end timestamp, title varchar, "value" double)`,
      `insert into ${schema}_old.deal_history values
        (1, '2026-03-01 10:00:00', '2026-03-02 10:00:00', 'A', 1),
        (1, '2026-03-02 10:00:00', null, 'A', 1.5),
        (2, '2026-03-01 10:00:00', null, 'B', 2),
        (3, '2026-03-01 10:00:00', null, 'D', 4),
        (4, '2026-03-01 10:00:00', '2026-03-02 10:00:00', 'E', 5)`,
    )
  },
  steps,
  history: (schema, dialect) =>
    `select cast(id as varchar), ${instantOf('_cdc_start', dialect)}, ${instantOf('_cdc_end', dialect)}, title, cast("value" as varchar), cast(_dirty as varchar) from ${schema}.deal_history order by id, _cdc_start`,
  expected: [
    ['1', day(1, '10:00:00'), day(3, '10:00:00'), 'A', '1.0', 'false'],
    ['1', day(3, '10:00:00'), null, 'C', '3.0', 'false'],
    ['2', day(1, '10:00:00'), null, 'B', '2.0', 'false'],
    ['3', day(1, '10:00:00'), day(12), 'D', '4.0', 'false'],
    ['4', day(1, '10:00:00'), day(2, '10:00:00'), 'E', '5.0', 'false'],
  ],
}

/** `syncline compare`: in what two tables, or two schemas, differ. */
import {
  type ComparedPair,
  type CompareRequest,
  compareDataSets,
} from '../../app/compare/compare-tables.ts'
import { troublesOf } from '../../app/compare/troubles.ts'
import { type Command, flag, type Invocation, number, text, texts } from '../command.ts'
import { readDataSet } from '../data-set.ts'
import { cliErrors } from '../errors.ts'
import { exitCode, exitCodeOf, worstOf } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { compareProgressLine, compareProgressStep } from '../render/compare-progress.ts'
import { comparisonJson, comparisonLines, isEqual } from '../render/compare.ts'
import { keepHeapSmall } from '../small-heap.ts'
import { tellError } from '../sync-command.ts'

const sampledByDefault = 5

export const compare: Command = {
  name: 'compare',
  summary: 'Shows in what two tables, or all tables of two schemas, differ; writes nothing.',
  arguments: '<connection:schema[.table]> <connection:schema[.table]>',
  mostArguments: 2,
  options: {
    key: {
      type: 'string',
      multiple: true,
      description: 'A column by which rows are found, several times for several; default id.',
      value: '<column>',
    },
    map: {
      type: 'string',
      multiple: true,
      description: 'A column of the left table that has another name in the right one.',
      value: '<left=right>',
    },
    ignore: {
      type: 'string',
      multiple: true,
      description: 'Columns to leave out, as a list with commas.',
      value: '<columns>',
    },
    'where-left': {
      type: 'string',
      description: 'Only rows of the left side for which this SQL condition is true.',
      value: '<sql>',
    },
    'where-right': {
      type: 'string',
      description: 'Only rows of the right side for which this SQL condition is true.',
      value: '<sql>',
    },
    sample: {
      type: 'string',
      description: `Rows of each kind to show, with their values; default ${sampledByDefault}, 0 for none.`,
      value: '<n>',
    },
    'exit-on-changes': { type: 'boolean', description: 'Exit code 1 when anything differs.' },
  },
  async run(invocation) {
    const { output, values } = invocation
    const request = requestOf(invocation)
    const endKeeping = keepHeapSmall()
    return withWorkspace(invocation, async (workspace) => {
      const comparison = await compareDataSets(workspace, request)
      for (const line of comparisonLines(request, comparison)) output.line(line)
      for (const trouble of troublesOf(comparison.pairs)) tellError(output, trouble)
      output.result(comparisonJson(request, comparison))
      const isAsked = flag(values, 'exit-on-changes')
      const ofWhole = isAsked && !isEqual(comparison) ? exitCode.rejected : exitCode.fine
      return worstOf([ofWhole, ...comparison.pairs.flatMap(failureCode)])
    }).finally(endKeeping)
  },
}

function failureCode({ found }: ComparedPair): readonly number[] {
  return 'error' in found ? [exitCodeOf(found.error)] : []
}

function requestOf({ output, positionals, signal, values }: Invocation): CompareRequest {
  const [one, other] = positionals
  if (one === undefined || other === undefined) {
    throw cliErrors.usage({
      message: 'compare takes two tables or two schemas, each as <connection>:<schema>[.<table>].',
    })
  }
  const [left, right] = [readDataSet(one), readDataSet(other)]
  if ((left.table === null) !== (right.table === null)) {
    throw cliErrors.usage({
      message: 'compare takes two tables or two schemas, not one of each.',
    })
  }
  return {
    left,
    right,
    rules: {
      keys: texts(values, 'key'),
      renamed: texts(values, 'map').map(readRenamed),
      ignored: texts(values, 'ignore'),
    },
    where: { left: text(values, 'where-left') ?? null, right: text(values, 'where-right') ?? null },
    samples: number(values, 'sample', 0) ?? sampledByDefault,
    signal,
    progress: (table, event) =>
      output.progress(compareProgressLine(table, event), compareProgressStep(table, event)),
  }
}

function readRenamed(given: string): CompareRequest['rules']['renamed'][number] {
  const [left, right, ...more] = given.split('=')
  if (
    left !== undefined &&
    left !== '' &&
    right !== undefined &&
    right !== '' &&
    more.length === 0
  ) {
    return { left, right }
  }
  throw cliErrors.usage({
    message: `--map takes the names of a column in both tables as left=right, not ${given}.`,
  })
}

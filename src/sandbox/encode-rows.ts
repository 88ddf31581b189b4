/** Rows on their way into the sandbox: canonical texts as JSON that the prelude reads. */
import type { Row, ValueKind } from '../model/value.ts'
import type { TransformInput } from './sandbox.ts'

type Cell = string | number | boolean | null

/** The prelude's input for some rows of `input`. */
export function encodeRows(input: TransformInput, rows: readonly Row[]): string {
  const { columns, wanted } = input
  const encoders = columns.map((column) => encoderOf(column.kind))
  return JSON.stringify({
    columns: columns.map((column) => [column.name, column.kind]),
    wanted,
    rows: rows.map((row) => encoders.map((encode, index) => encodeCell(row[index], encode))),
  })
}

function encodeCell(text: string | null | undefined, encode: (text: string) => Cell): Cell {
  return text === null || text === undefined ? null : encode(text)
}

function encoderOf(kind: ValueKind): (text: string) => Cell {
  switch (kind) {
    case 'integer':
      return integerCell
    case 'double':
      return doubleCell
    case 'boolean':
      return (text) => text === 'true'
    case 'text':
    case 'decimal':
    case 'date':
    case 'timestamp':
    case 'timestamp_tz':
    case 'json':
    case 'text_array':
    case 'unsupported':
      return asIs
    default:
      return kind satisfies never
  }
}

/** A number where that is exact; else the digits, which become a bigint (promise 5). */
function integerCell(text: string): Cell {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** JSON knows neither NaN nor the infinities. */
function doubleCell(text: string): Cell {
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}

function asIs(text: string): Cell {
  return text
}

/** Comma-separated values as spreadsheets write them: a header, quotes where needed, CRLF or LF. */

export interface CsvTable {
  readonly columns: readonly string[]
  /** As texts. A field without anything is null; `""` is the empty text. */
  readonly rows: readonly (readonly (string | null)[])[]
}

/** `name` is what errors call the file. */
export function parseCsv(text: string, name: string): CsvTable {
  const [header, ...rows] = records(text.replace(/^\uFEFF/, ''), name)
  if (header === undefined) throw new Error(`${name} is empty`)
  const columns = header.map((column) => (column ?? '').trim())
  for (const [index, row] of rows.entries()) {
    if (row.length !== columns.length) {
      throw new Error(
        `${name}: record ${index + 1} has ${row.length} fields, the header ${columns.length}`,
      )
    }
  }
  return { columns, rows }
}

/** A field with what ends it: quoted or plain, then a comma, the end of the line or of the text. */
const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

function records(text: string, name: string): (string | null)[][] {
  const found: (string | null)[][] = []
  let record: (string | null)[] = []
  let at = 0
  while (at < text.length || record.length > 0) {
    field.lastIndex = at
    const match = field.exec(text)
    if (match === null) throw new Error(`${name} is no CSV at character ${at}`)
    const [whole, quoted, plain, end] = match
    record.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'))
    at += whole.length
    if (end === ',') continue
    if (record.length > 1 || record[0] !== null) found.push(record)
    record = []
  }
  return found
}

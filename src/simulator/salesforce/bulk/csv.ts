/**
 * CSV as RFC 4180 has it, with a delimiter of choice. One quick pass finds where the rows begin; a row is
 * taken apart only when somebody wants its cells, since most of a large file is looked at once or twice.
 */

export interface CsvRow {
  readonly cells: readonly string[]
  /** What is wrong with the row; its one cell is then the whole line. */
  readonly problem: string | null
}

const quote = '"'
const lineFeed = '\n'
const carriageReturn = '\r'

export class CsvFile {
  readonly header: CsvRow
  /** Whether any line ends so; what is inside quotes is no line's end. */
  readonly endsInLf: boolean
  readonly endsInCrlf: boolean
  readonly #text: string
  readonly #delimiter: string
  /** Where each line begins, the header's too, blank lines excepted; and where the last one ends. */
  readonly #starts: readonly number[]

  constructor(text: string, delimiter: string) {
    const { starts, lf, crlf } = findLines(text, delimiter)
    this.#text = text
    this.#delimiter = delimiter
    this.#starts = starts
    this.endsInLf = lf
    this.endsInCrlf = crlf
    this.header = starts.length < 2 ? { cells: [], problem: null } : this.#line(0)
  }

  /** Rows below the header. */
  get count(): number {
    return Math.max(0, this.#starts.length - 2)
  }

  row(index: number): CsvRow {
    const row = this.#line(index + 1)
    const columns = this.header.cells.length
    if (row.problem !== null || row.cells.length === columns) return row
    return {
      cells: row.cells,
      problem: `the row has ${row.cells.length} columns, the header has ${columns}`,
    }
  }

  /** Characters of a row, its line ending included. */
  size(index: number): number {
    return this.#start(index + 2) - this.#start(index + 1)
  }

  #start(line: number): number {
    return this.#starts[line] ?? this.#text.length
  }

  #line(line: number): CsvRow {
    const start = this.#start(line)
    let end = this.#start(line + 1)
    while (end > start && isLineEnd(this.#text, end - 1)) end -= 1
    const text = this.#text.slice(start, end)
    return text.includes(quote)
      ? quotedCells(text, this.#delimiter)
      : plainCells(text, this.#delimiter)
  }
}

function plainCells(text: string, delimiter: string): CsvRow {
  return { cells: text.split(delimiter), problem: null }
}

function quotedCells(text: string, delimiter: string): CsvRow {
  const cells: string[] = []
  let at = 0
  while (at <= text.length) {
    let end = text.indexOf(delimiter, at)
    if (text[at] === quote) {
      const close = closingQuote(text, at)
      if (close + 1 < text.length && text[close + 1] !== delimiter) return malformed(text)
      if (close >= text.length) return malformed(text)
      cells.push(text.slice(at + 1, close).replaceAll('""', quote))
      end = close + 1
    } else {
      if (end < 0) end = text.length
      const cell = text.slice(at, end)
      if (cell.includes(quote)) return malformed(text)
      cells.push(cell)
    }
    at = end + 1
  }
  return { cells, problem: null }
}

function malformed(line: string): CsvRow {
  const problem = 'Found unescaped quote. A value with quote should be within a quote'
  return { cells: [line], problem }
}

interface Lines {
  readonly starts: readonly number[]
  readonly lf: boolean
  readonly crlf: boolean
}

/** Leaps from line end to line end, and from quote to quote where there are any before it. */
function findLines(text: string, delimiter: string): Lines {
  const starts: number[] = []
  let lf = false
  let crlf = false
  let start = 0
  let nextQuote = text.indexOf(quote)
  while (start < text.length) {
    let end = text.indexOf(lineFeed, start)
    while (nextQuote >= 0 && (end < 0 || nextQuote < end)) {
      const opens = nextQuote === start || text[nextQuote - 1] === delimiter
      const close = opens ? closingQuote(text, nextQuote) : nextQuote
      if (end >= 0 && close > end) end = text.indexOf(lineFeed, close)
      nextQuote = text.indexOf(quote, close + 1)
    }
    if (end >= 0 && text[end - 1] === carriageReturn) crlf = true
    else if (end >= 0) lf = true
    if (!isBlank(text, start, end)) starts.push(start)
    start = end < 0 ? text.length : end + 1
  }
  starts.push(text.length)
  return { starts, lf, crlf }
}

function isBlank(text: string, start: number, end: number): boolean {
  return end === start || (end === start + 1 && text[start] === carriageReturn)
}

function isLineEnd(text: string, at: number): boolean {
  return text[at] === lineFeed || text[at] === carriageReturn
}

/** Where the quotes that open at `open` close; the text's length where they never do. */
function closingQuote(text: string, open: number): number {
  let at = open
  for (;;) {
    at = text.indexOf(quote, at + 1)
    if (at < 0) return text.length
    if (text[at + 1] !== quote) return at
    at += 1
  }
}

/** A row with every cell in quotes, without its line ending. */
export function quotedLine(cells: readonly string[], delimiter: string): string {
  const quoted = cells.map((cell) => (cell.includes(quote) ? cell.replaceAll(quote, '""') : cell))
  return `"${quoted.join(`"${delimiter}"`)}"`
}

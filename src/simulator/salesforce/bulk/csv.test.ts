import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvFile, quotedLine } from './csv.ts'
import { delimiterTexts } from './job-file.ts'

function rowsIn(text: string, delimiter = ',') {
  const file = new CsvFile(text, delimiter)
  return Array.from({ length: file.count }, (_, index) => file.row(index).cells)
}
function problemsIn(text: string) {
  const file = new CsvFile(text, ',')
  return Array.from({ length: file.count }, (_, index) => file.row(index).problem)
}
const unescaped = 'Found unescaped quote. A value with quote should be within a quote'

describe('a file', () => {
  it.each([
    [
      'plain cells',
      'a,b\n1,2\n3,4\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['no last line end', 'a,b\n1,2', [['1', '2']]],
    [
      'empty cells',
      'a,b\n,\n"",2\n',
      [
        ['', ''],
        ['', '2'],
      ],
    ],
    ['cells in quotes', 'a,b\n"1","2"\n', [['1', '2']]],
    ['delimiters in quotes', 'a,b\n"1,5",2\n', [['1,5', '2']]],
    [
      'line ends in quotes',
      'a,b\n"1\n2\r\n3","4"\n5,6\n',
      [
        ['1\n2\r\n3', '4'],
        ['5', '6'],
      ],
    ],
    ['a line end at the end of a cell', 'a,b\n1,"2\n"\n', [['1', '2\n']]],
    ['doubled quotes', 'a,b\n"say ""hi""",""""\n', [['say "hi"', '"']]],
    ['carriage returns', 'a,b\r\n1,2\r\n', [['1', '2']]],
    [
      'blank lines',
      'a,b\n\n1,2\n\r\n3,4\n\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['blanks around cells', 'a,b\n 1 , 2\n', [[' 1 ', ' 2']]],
    ['a header alone', 'a,b\n', []],
    ['nothing', '', []],
  ])('with %s is read', (_what, text, rows) => {
    expect(rowsIn(text)).toEqual(rows)
  })

  it.each(Object.entries(delimiterTexts))('may be divided by %s', (_name, delimiter) => {
    const text = `a${delimiter}b\n1${delimiter}"2${delimiter}3"\n`
    expect(rowsIn(text, delimiter)).toEqual([['1', `2${delimiter}3`]])
  })

  it.each([
    ['a,b\n1,2\n', true, false],
    ['a,b\r\n1,2\r\n', false, true],
    ['a,b\r\n1,2\n', true, true],
    ['a,b\n"1\r\n",2\n', true, false],
    ['a,b', false, false],
  ])('%j ends its lines in LF: %s, in CRLF: %s', (text, lf, crlf) => {
    const { endsInLf, endsInCrlf } = new CsvFile(text, ',')
    expect([endsInLf, endsInCrlf]).toEqual([lf, crlf])
  })

  it('has a problem in the row that is malformed, and in no other', () => {
    const text = 'a,b\n1,2\n1, "2"\n"1" ,2\n5" pipe,2\n1\n1,2,3\n"1",2\n'
    expect(problemsIn(text)).toEqual([
      null,
      unescaped,
      unescaped,
      unescaped,
      'the row has 1 columns, the header has 2',
      'the row has 3 columns, the header has 2',
      null,
    ])
    expect(problemsIn('a,b\n1,2\n1,"2\n3,4\n')).toEqual([null, unescaped])
  })

  it('gives back what was written, whatever is in the cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', ';', '\n', '\r', ' ', '') })
    const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 })
    const delimiters = fc.constantFrom(...Object.values(delimiterTexts))
    fc.assert(
      fc.property(rows, delimiters, fc.constantFrom('\n', '\r\n'), (written, delimiter, ending) => {
        const lines = [['x', 'y', 'z'], ...written].map((cells) => quotedLine(cells, delimiter))
        expect(rowsIn(`${lines.join(ending)}${ending}`, delimiter)).toEqual(written)
      }),
    )
  })
})

/**
 * Lists in JSON taken apart by DuckDB, which reads every number with a fraction or an exponent as a double and writes it
 * anew. So where a list has such a number, all its numbers are made texts first, with a mark before and after that
 * stands nowhere else in it, and numbers again in what is taken out of it.
 */
import type { ListSql } from '../dialect.ts'

/** Of the private use area; a list that has one of them is taken apart as it is. */
const [before, after] = ['\u{e000}', '\u{e001}']

/** A text is told from a number in it by being matched whole. */
const tokens = String.raw`("(?:[^"\\]|\\.)*")|(-?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?)`

export const duckdbList: ListSql = {
  elements: (json) => {
    const text = `cast(${json} as VARCHAR)`
    const isMarked = `regexp_matches(${text}, '[0-9][.eE]') and not regexp_matches(${text}, '[${before}${after}]')`
    const items = `json_extract(case when ${isMarked} then cast(${marked(text)} as JSON) else ${json} end, '$[*]')`
    return {
      from: `cross join lateral (select unnest(l.items) as element, unnest(range(1, len(l.items) + 1)) as place, l.is_marked from (select ${items} as items, ${isMarked} as is_marked) as l) as e`,
      element: `case when e.is_marked then cast(${unmarked('cast(e.element as VARCHAR)')} as JSON) else e.element end`,
      place: 'e.place',
      text: (part) => {
        const found = `json_extract_string(e.element, '${part === null ? '$' : `$."${part}"`}')`
        return `case when e.is_marked then replace(${unmarked(found)}, '${before}', '') else ${found} end`
      },
    }
  },
  textAt: (json, place) =>
    `json_extract_string(${json}, '$[' || cast(${place} - 1 as VARCHAR) || ']')`,
}

/** Both kinds of tokens get the marks; where nothing is between them it was a text. */
function marked(text: string): string {
  const both = String.raw`regexp_replace(${text}, '${tokens}', '\1${before}\2${after}', 'g')`
  const numbers = `replace(${both}, '${before}${after}', '')`
  return `replace(replace(${numbers}, '${before}', '"${before}'), '${after}', '"')`
}

function unmarked(text: string): string {
  return String.raw`regexp_replace(${text}, '"${before}([^"]*)"', '\1', 'g')`
}

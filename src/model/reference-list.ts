/** Lists that a CRM keeps and fields refer to, such as its owners, and the lookups that name an entry of one. */
import { nearest } from './nearest.ts'

export interface ReferenceList {
  /** The first word of a lookup: `owners`. */
  readonly name: string
  /** What its entries go by, the second word: `email`. */
  readonly names: readonly string[]
  /** Whether the object may have entries of it, as far as that is known without asking the account. */
  has(object: string): boolean
}

export interface LookupProblem {
  readonly message: string
  readonly expected: string
  /** The lookup that was probably meant. */
  readonly nearest: string | null
}

/** What is wrong with a lookup in a list; null too for one that leads to a record of another object. */
export function lookupProblem(
  lookup: string,
  object: string,
  lists: readonly ReferenceList[],
): LookupProblem | null {
  const [name = '', by = ''] = lookup.split('.')
  const list = lists.find((one) => one.name === name)
  if (list === undefined) return null
  if (!list.has(object)) {
    const others = lists.filter((one) => one.has(object))
    const message = `The object ${object} has no ${name}.`
    return { message, expected: lookupsIn(others).join(' or '), nearest: null }
  }
  if (list.names.includes(by)) return null
  const known = lookupsIn([list])
  return {
    message: `The ${name} can't be looked up by ${by}.`,
    expected: known.join(' or '),
    nearest: nearest(lookup, known),
  }
}

function lookupsIn(lists: readonly ReferenceList[]): readonly string[] {
  return lists.flatMap(({ name, names }) => names.map((by) => `${name}.${by}`))
}

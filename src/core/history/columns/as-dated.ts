/** JSON has no dates: what a file of changes writes as a text may be one to the column it is meant for. */
import type { KnownValue } from '../../../model/change.ts'
import type { Column } from '../../../model/value.ts'
import { instantOf, isDate, zonelessOf } from '../../change/instant.ts'

/** The value in the kind of the first column, where that is one of dates and times and the text is one. */
export function asDated(value: KnownValue, columns: readonly Column[]): KnownValue {
  if (value.kind !== 'text') return value
  const [first] = columns
  switch (first?.kind) {
    case 'date':
      return isDate(value.text) ? { kind: 'date', text: value.text } : value
    case 'timestamp': {
      const time = zonelessOf(value.text)
      return time === null ? value : { kind: 'timestamp', text: time }
    }
    case 'timestamp_tz': {
      const instant = instantOf(value.text)
      return instant === null ? value : { kind: 'timestamp_tz', text: instant }
    }
    default:
      return value
  }
}

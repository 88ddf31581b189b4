/** Time zones as people write them. */
import { nearest } from '../../model/nearest.ts'
import { configErrors } from '../errors.ts'
import { type Located, type Path, placeAt } from '../yaml/located.ts'
import { type Problem, problem } from '../problem.ts'

/** Null for a zone that there is. */
export function timeZoneProblem(zone: string, tree: Located, path: Path): Problem | null {
  if (isTimeZone(zone)) return null
  return problem(configErrors.value, {
    place: placeAt(tree, path),
    message: `There is no time zone ${zone}.`,
    expected: 'a name of the time zone database, for example Europe/Berlin',
    found: zone,
    nearest: nearest(zone, Intl.supportedValuesOf('timeZone')),
  })
}

function isTimeZone(name: string): boolean {
  try {
    // An offset such as +01:00 is accepted there too, but knows no daylight saving.
    return !/^[+-]/.test(
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone,
    )
  } catch {
    return false
  }
}

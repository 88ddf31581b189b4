/** Whether the connections that a sync names are there, and what the sync takes them for. */
import type { Place } from '../../model/error.ts'
import { nearest } from '../../model/nearest.ts'
import type { SyncType } from '../../model/sync.ts'
import { configErrors } from '../errors.ts'
import { type Located, placeAt } from '../yaml/located.ts'
import { type Problem, problem } from '../problem.ts'
import { type ConnectionKind, type ConnectionRole, crmUses } from '../project.ts'

export interface ConnectionScope {
  /**
   * Every declared connection, null for one of unknown type; null as a whole when the declarations
   * could not be read.
   */
  readonly kinds: ReadonlyMap<string, ConnectionKind | null> | null
  /** Types of CRMs, by the syncs that may use them. */
  readonly crmTypes: Readonly<Record<SyncType, readonly string[]>>
  /** Connections without problems. */
  readonly usable: ReadonlySet<string>
  /** What is wrong with the others, by connection. */
  readonly troubles: ReadonlyMap<string, readonly Problem[]>
}

/** What a sync takes the connection on one side for. */
export interface WantedConnection {
  readonly side: 'from' | 'to'
  readonly name: string
  readonly role: ConnectionRole
}

export function connectionProblems(
  type: SyncType,
  wanted: readonly WantedConnection[],
  tree: Located,
  scope: ConnectionScope,
): Problem[] {
  return wanted.flatMap((one) => connectionProblem(type, one, tree, scope) ?? [])
}

function connectionProblem(
  type: SyncType,
  { side, name, role }: WantedConnection,
  tree: Located,
  scope: ConnectionScope,
): Problem | null {
  const { kinds } = scope
  if (kinds === null) return null
  const place = placeAt(tree, [side, 'connection'])
  const fits = (its: ConnectionKind | null): boolean =>
    its !== null && its.role === role && its.syncTypes.includes(type)
  const fitting = [...kinds].flatMap(([one, its]) => (fits(its) ? [one] : []))
  const expected = fitting.length === 0 ? null : `one of ${fitting.join(', ')}`
  const actual = kinds.get(name)
  const details = { place, expected, found: name }
  if (actual === undefined) {
    const message = `There is no connection ${name}.`
    return problem(configErrors.connection, {
      ...details,
      message,
      nearest: nearest(name, fitting),
    })
  }
  if (actual !== null && actual.role !== role) {
    const message = `The connection ${name} is a ${roleWords[actual.role]}; a ${type} goes ${side} a ${roleWords[role]}.`
    return problem(configErrors.connection, { ...details, message })
  }
  if (actual !== null && !fits(actual)) {
    return problem(configErrors.connection, { ...details, ...otherWay(type, name, actual, scope) })
  }
  if (scope.usable.has(name)) return null
  return unusable(name, place, scope.troubles.get(name) ?? [])
}

const roleWords: Readonly<Record<ConnectionRole, string>> = { crm: 'CRM', warehouse: 'warehouse' }

/** A CRM that this version knows only from the other side. */
function otherWay(
  type: SyncType,
  name: string,
  { type: crm, syncTypes }: ConnectionKind,
  { crmTypes }: ConnectionScope,
): { readonly message: string; readonly remedy: string } {
  const can = syncTypes.map((one) => crmUses[one]).join(' and ')
  const others = crmTypes[type]
  return {
    message: `The connection ${name} is of the type ${crm}, which can only be ${can}.`,
    remedy:
      others.length === 0
        ? `Name another connection; in this version no CRM can be ${crmUses[type]}.`
        : `Name a connection of a type that can be ${crmUses[type]}: ${others.join(', ')}.`,
  }
}

/** Told with the causes: who runs the sync sees them nowhere else. */
function unusable(name: string, place: Place, causes: readonly Problem[]): Problem {
  const told = causes.map(({ expected, file, line, message }) => {
    const accepted = expected === null ? '' : ` Expected ${expected}.`
    return ` ${file}:${line ?? 1}: ${message}${accepted}`
  })
  const message = `The connection ${name} has problems of its own.${told.join('')}`
  const [only, ...more] = causes
  const remedy =
    only === undefined || more.length > 0
      ? 'Correct the problems of the connection, listed with syncline.yaml.'
      : only.remedy
  return problem(configErrors.connection, { place, message, found: name, remedy })
}

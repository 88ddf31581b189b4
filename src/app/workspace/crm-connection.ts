/** Which CRM connection a command is about. */
import type { Connection, Project } from '../../config/project.ts'
import { nearest } from '../../model/nearest.ts'
import { appErrors } from '../errors.ts'

export function crmConnections(project: Project): readonly Connection[] {
  return [...project.connections.values()].filter(({ role }) => role === 'crm')
}

/** By name; without one the only CRM connection of the project. */
export function crmConnection(project: Project, name: string | undefined): Connection {
  const all = crmConnections(project)
  const names = all.map((connection) => connection.name)
  const [only] = all
  if (name === undefined && all.length === 1 && only !== undefined) return only
  const found = all.find((connection) => connection.name === name)
  if (found !== undefined) return found
  if (name === undefined) {
    const told = names.length === 0 ? 'none' : names.join(', ')
    throw appErrors.unknown_connection({ message: `Name one of the CRM connections: ${told}.` })
  }
  const meant = nearest(name, names)
  throw appErrors.unknown_connection({
    message: `There is no CRM connection ${name}${meant === null ? '.' : `; did you mean ${meant}?`}`,
  })
}

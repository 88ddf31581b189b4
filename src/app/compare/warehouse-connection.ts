/** Which warehouse connection a command is about. */
import type { Connection, Project } from '../../config/project.ts'
import { nearest } from '../../model/nearest.ts'
import { appErrors } from '../errors.ts'

export function warehouseConnection(project: Project, name: string): Connection {
  const found = project.connections.get(name)
  if (found?.role === 'warehouse') return found
  const names = [...project.connections.values()]
    .filter(({ role }) => role === 'warehouse')
    .map((connection) => connection.name)
  if (found !== undefined) {
    throw appErrors.unknown_connection({
      message: `The connection ${name} is a CRM, not a warehouse; warehouses are: ${names.join(', ') || 'none'}.`,
    })
  }
  const meant = nearest(name, names)
  throw appErrors.unknown_connection({
    message: `There is no warehouse connection ${name}${meant === null ? '.' : `; did you mean ${meant}?`}`,
  })
}

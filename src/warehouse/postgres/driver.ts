/** Loads the PostgreSQL client when it is first needed. */
import { warehouseErrors } from '../errors.ts'

export async function loadPostgres(): Promise<typeof import('pg').default> {
  try {
    return (await import('pg')).default
  } catch (cause) {
    throw warehouseErrors.missing_driver({
      message: 'The package pg could not be loaded.',
      remedy: 'Run `npm install pg`.',
      cause,
    })
  }
}

/** The options of a PostgreSQL connection. */
import { z } from 'zod'

export const postgresOptions = z.strictObject({
  url: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'expected postgresql://user:password@host:port/database')
    .describe(
      'Where the database is: `postgresql://user:password@host:port/database`; TLS by `?sslmode=verify-full` and `sslrootcert`; through a socket `postgresql://user:password@/database?host=/its/folder`.',
    )
    .meta({ secret: true }),
  max_connections: z
    .int()
    .min(2)
    .default(8)
    .describe('How many connections Syncline may hold at once.'),
  connect_timeout: z.number().positive().default(10).describe('Seconds to wait for a connection.'),
})

export type PostgresOptions = z.output<typeof postgresOptions>

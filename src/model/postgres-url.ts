/** Addresses of PostgreSQL, as its own programs read them. */

/**
 * The parts of an address; null where it is none. Whoever goes through a socket, as on Cloud Run, names its folder and no host:
 * `postgresql://user:password@/database?host=/a/folder`.
 */
export function postgresUrl(text: string): URL | null {
  // `URL` wants a host behind a user.
  const whole = text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=\/)/, '$1localhost')
  return URL.canParse(whole) ? new URL(whole) : null
}

/** Where it leads, for messages: host and port, or the folder of a socket, and the database; never a user or a password. */
export function postgresPlace(text: string): string | null {
  const url = postgresUrl(text)
  if (url === null) return null
  return `${url.searchParams.get('host') ?? url.host}${url.pathname}`
}

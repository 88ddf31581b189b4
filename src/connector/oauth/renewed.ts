/**
 * What authorizes requests until it is over. It is renewed by one caller for all who need it meanwhile:
 * a vendor may take a second renewal as a reason to end the first.
 */
import type { Authorizer } from '../http/client.ts'

/** An access token or a session, as the `authorization` header gives it. */
export interface Authorized {
  readonly header: string
}

export interface Renewed<Held extends Authorized> extends Authorizer {
  /** Null before the first was asked for. */
  current(): Held | null
}

/** `isFresh` says whether the current one may still be used without asking the vendor. */
export function renewed<Held extends Authorized>(
  request: () => Promise<Held>,
  isFresh: (held: Held) => boolean,
): Renewed<Held> {
  let current: Held | null = null
  let renewing: Promise<Held> | null = null

  const renewal = (): Promise<Held> => {
    renewing ??= request()
      .then((held) => {
        current = held
        return held
      })
      .finally(() => {
        renewing = null
      })
    return renewing
  }

  return {
    current: () => current,
    async authorization() {
      const held = current !== null && isFresh(current) ? current : await renewal()
      return held.header
    },
    async renew(refused) {
      // Someone else's renewal was faster: the refused one is not the current one any more.
      if (current !== null && current.header !== refused) return current.header
      return (await renewal()).header
    },
  }
}

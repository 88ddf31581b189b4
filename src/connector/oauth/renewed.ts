/**
 * What authorizes requests until it is over. It is renewed by one caller for all who need it meanwhile:
 * a vendor may take a second renewal as a reason to end the first.
 */
import type { Authorizer } from '../http/client.ts'
import type { Credential } from '../http/credential.ts'

/** An access token or a session. */
export interface Authorized {
  readonly credential: Credential
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
    async credential() {
      const held = current !== null && isFresh(current) ? current : await renewal()
      return held.credential
    },
    async renew(refused) {
      // Someone else's renewal was faster: the refused one is not the current one any more.
      if (current !== null && current.credential.value !== refused.value) return current.credential
      return (await renewal()).credential
    },
  }
}

/** How the token endpoints refuse: the first version in HubSpot's words, later ones in OAuth's as well. */
import { ApiError } from './api-error.ts'

export function oauthError(
  first: boolean,
  status: string,
  message: string,
  error: string,
): ApiError {
  const more = first ? {} : { error, error_description: message }
  return new ApiError(400, { message, ...more }, {}, status)
}

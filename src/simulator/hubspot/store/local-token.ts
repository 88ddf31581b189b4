/** The token that works on a new portal, unless another was asked for. */
export const localToken = 'pat-local'

/** What each kind of request takes from the company's daily tokens: the vendor's figures, whatever the size of the answer. */
export const costs = {
  v2: {
    get: 1,
    list: 10,
    write: 5,
    delete: 3,
    search: 20,
    /** Stages and pipelines. */
    shortList: 5,
    archived: 20,
    fieldList: 10,
    fieldGet: 1,
    optionWrite: 5,
    optionDelete: 3,
  },
  v1: {
    get: 2,
    list: 20,
    write: 10,
    delete: 6,
    merge: 40,
    me: 2,
    recents: 20,
    webhooks: 10,
  },
} as const

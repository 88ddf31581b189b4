/** Which edges are worth a death of their own. */

const writing = {
  ledger: [
    'sync',
    'acquireLease',
    'renewLease',
    'releaseLease',
    'bindAccount',
    'renameSync',
    'announceOpening',
    'confirmOpening',
    'keepKeyName',
    'keepErasure',
    'createRun',
    'transition',
    'recordSending',
    'recordJob',
    'recordConcluded',
    'beginMerge',
    'finishMerge',
    'abandonMerge',
    'keepSubscriptions',
    'leaveSubscriptions',
  ],
  warehouse: ['execute', 'load'],
  journal: ['append', 'erase', 'forget'],
  crm: ['create', 'update', 'upsert', 'delete'],
  bulk: ['open', 'fill', 'start', 'state', 'abort'],
  subscriptions: ['create', 'delete'],
} as const satisfies Record<string, readonly string[]>

const writers = new Set(
  Object.entries(writing).flatMap(([seam, methods]) => methods.map((name) => `${seam}.${name}`)),
)

/** Whether the call of an edge changes anything outside the process. */
function writes(edge: string): boolean {
  return writers.has(edge.split(' ')[0] ?? '')
}

/**
 * The numbers of the edges to die at. With `every`, all of them. Else one of each stretch in which
 * nothing outside changes, since a death anywhere in it leaves the same world behind, and at least
 * one at each call that has a name of its own.
 */
export function deathsAt(edges: readonly string[], every: boolean): readonly number[] {
  const numbers = edges.map((_, index) => index + 1)
  if (every) return numbers
  const named = new Set<string>()
  return numbers.filter((number) => {
    const edge = edges[number - 1] ?? ''
    const call = edge.replace(/ (before|after)$/, '')
    const isFirstOfStretch = number === 1 || (writes(edge) && edge.endsWith(' after'))
    const isNew = !named.has(call)
    if (isFirstOfStretch || isNew) named.add(call)
    return isFirstOfStretch || isNew
  })
}

/** Of each edge, whether it is one outside of runs, or where a run takes its sync, changes its state, or lets go. */
export function aroundRuns(edges: readonly string[]): readonly boolean[] {
  let isWithin = false
  return edges.map((edge) => {
    if (edge === 'ledger.releaseLease before') isWithin = false
    const isAround = !isWithin || /^ledger\.(createRun|transition) /.test(edge)
    if (edge === 'ledger.acquireLease after') isWithin = true
    return isAround
  })
}

/** The number of the last edge with this name. */
export function lastNamed(edges: readonly string[], name: string): number {
  const index = edges.lastIndexOf(name)
  if (index < 0) throw new Error(`no edge is called ${name}`)
  return index + 1
}

/** Edges before the process began a run of its own: its recovery of what the dead left. */
export function recoveryOf(edges: readonly string[]): readonly string[] {
  const begun = edges.indexOf('ledger.createRun before')
  return begun < 0 ? edges : edges.slice(0, begun)
}

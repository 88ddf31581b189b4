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
 * The numbers of the edges to die at where the world can't be read: one of each stretch in which nothing outside
 * changes, since a death anywhere in it leaves the same world behind, and at least one at each call that has a
 * name of its own.
 */
export function deathsAt(edges: readonly string[]): readonly number[] {
  const named = new Set<string>()
  return edges.flatMap((edge, index) => {
    const call = edge.replace(/ (before|after)$/, '')
    const isFirstOfStretch = index === 0 || (writes(edge) && edge.endsWith(' after'))
    const isNew = !named.has(call)
    if (isFirstOfStretch || isNew) named.add(call)
    return isFirstOfStretch || isNew ? [index + 1] : []
  })
}

/**
 * The numbers of the edges to die at where the world at each edge is known as a text: the first of each, since a death
 * anywhere else leaves one of these behind.
 */
export function deathsIn(worlds: readonly string[]): readonly number[] {
  const known = new Set<string>()
  return worlds.flatMap((world, index) => {
    const isNew = !known.has(world)
    known.add(world)
    return isNew ? [index + 1] : []
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

/** Until there a process recovers what the dead left. */
export const beginOfRun = 'ledger.createRun before'

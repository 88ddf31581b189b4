/** The pipelines of deals, tickets and other objects, with their stages; records hold the ids. */

export interface Stage {
  readonly id: string
  readonly label: string
  readonly displayOrder: number
  /** All texts: `{ probability: '0.2', isClosed: 'false' }`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly archived: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

export interface StoredPipeline {
  readonly id: string
  readonly label: string
  readonly displayOrder: number
  readonly stages: readonly Stage[]
  readonly archived: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

const dealStages = [
  ['appointmentscheduled', 'Appointment Scheduled', '0.2'],
  ['qualifiedtobuy', 'Qualified To Buy', '0.4'],
  ['presentationscheduled', 'Presentation Scheduled', '0.6'],
  ['decisionmakerboughtin', 'Decision Maker Bought-In', '0.8'],
  ['contractsent', 'Contract Sent', '0.9'],
  ['closedwon', 'Closed Won', '1.0'],
  ['closedlost', 'Closed Lost', '0.0'],
] as const

const ticketStages = [
  ['1', 'New', 'OPEN'],
  ['2', 'Waiting on contact', 'OPEN'],
  ['3', 'Waiting on us', 'OPEN'],
  ['4', 'Closed', 'CLOSED'],
] as const

export class Pipelines {
  readonly #byObject = new Map<string, Map<string, StoredPipeline>>()

  /** A new portal's pipelines, made at `at`. */
  constructor(at: number) {
    const common = { archived: false, createdAt: at, updatedAt: at }
    this.put('0-3', {
      ...common,
      id: 'default',
      label: 'Sales Pipeline',
      displayOrder: 0,
      stages: dealStages.map(([id, label, probability], displayOrder) => ({
        ...common,
        id,
        label,
        displayOrder,
        metadata: { probability, isClosed: String(id.startsWith('closed')) },
      })),
    })
    this.put('0-5', {
      ...common,
      id: '0',
      label: 'Support Pipeline',
      displayOrder: 0,
      stages: ticketStages.map(([id, label, ticketState], displayOrder) => ({
        ...common,
        id,
        label,
        displayOrder,
        metadata: { ticketState, isClosed: String(ticketState === 'CLOSED') },
      })),
    })
  }

  put(typeId: string, pipeline: StoredPipeline): void {
    const pipelines = this.#byObject.get(typeId) ?? new Map<string, StoredPipeline>()
    pipelines.set(pipeline.id, pipeline)
    this.#byObject.set(typeId, pipelines)
  }

  remove(typeId: string, id: string): void {
    this.#byObject.get(typeId)?.delete(id)
  }

  get(typeId: string, id: string): StoredPipeline | null {
    return this.#byObject.get(typeId)?.get(id) ?? null
  }

  /** Those that are not archived, in display order. */
  of(typeId: string): readonly StoredPipeline[] {
    return [...(this.#byObject.get(typeId)?.values() ?? [])]
      .filter(({ archived }) => !archived)
      .toSorted((a, b) => a.displayOrder - b.displayOrder)
  }

  /** Every object that has pipelines. */
  entries(): readonly (readonly [string, readonly StoredPipeline[]])[] {
    return [...this.#byObject].map(([typeId, found]) => [typeId, [...found.values()]] as const)
  }

  stage(typeId: string, stageId: string): { pipeline: StoredPipeline; stage: Stage } | null {
    for (const pipeline of this.of(typeId)) {
      const stage = pipeline.stages.find(({ id, archived }) => id === stageId && !archived)
      if (stage !== undefined) return { pipeline, stage }
    }
    return null
  }
}

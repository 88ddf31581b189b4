/** The Bulk jobs of an org, in the order they were created. */
import { type IngestJob, copyOfJob } from './ingest-job.ts'

export class IngestJobs {
  readonly #jobs = new Map<string, IngestJob>()

  all(): readonly IngestJob[] {
    return [...this.#jobs.values()]
  }

  find(id: string): IngestJob | null {
    return this.#jobs.get(id) ?? null
  }

  put(job: IngestJob): void {
    this.#jobs.set(job.spec.id, job)
  }

  remove(id: string): void {
    this.#jobs.delete(id)
  }

  /** Closed and not over, in the order they were closed. */
  queue(): readonly IngestJob[] {
    const queued = this.all().filter(
      ({ closedAt, endedAt }) => closedAt !== null && endedAt === null,
    )
    return queued.toSorted((a, b) => (a.closedAt ?? 0) - (b.closedAt ?? 0))
  }

  dump(): readonly IngestJob[] {
    return this.all().map(copyOfJob)
  }
}

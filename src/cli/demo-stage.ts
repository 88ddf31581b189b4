/** Plays commands for the demo as a person would type them, and counts what the CRM saw of each. */
import { relative } from 'node:path'
import { appErrors } from '../app/errors.ts'
import type { LocalHubSpot } from '../app/init/local-hubspot.ts'
import type { Invocation } from './command.ts'
import { exitCode } from './exit-code.ts'
import type { Result } from './output.ts'
import { count } from './render/plan.ts'

/** By the local HubSpot's own log and counters, not by what the run says of itself. */
export interface DemoCounts {
  readonly created: number
  readonly updated: number
  /** How many records each field was written in by updates. */
  readonly updated_fields: Readonly<Record<string, number>>
  readonly calls: number
  readonly seconds: number
  /** What the command planned. */
  readonly planned: unknown
}

const silent = { write: () => true }

export class DemoStage {
  readonly directory: string
  readonly #invocation: Invocation
  readonly #hubspot: LocalHubSpot
  #lastWrite = 0

  constructor(invocation: Invocation, directory: string, hubspot: LocalHubSpot) {
    this.directory = directory
    this.#invocation = invocation
    this.#hubspot = hubspot
  }

  say(text: string): void {
    this.#invocation.output.line(`\n${text}`)
  }

  /** Says why, shows the command, runs it; a command that fails ends the demo. */
  async command(why: string, argv: readonly string[]): Promise<Result> {
    const { output, program, variables } = this.#invocation
    const folder = relative(process.cwd(), this.directory)
    this.say(why)
    output.line(`$ ${program} ${argv.join(' ')} -C ${folder}`)
    let result: Result = {}
    const code = await this.#invocation.runCli([...argv, '-C', folder], {
      variables,
      onResult: (given) => {
        result = given
      },
      ...(output.json ? { stdout: silent, stderr: silent } : {}),
    })
    if (code === exitCode.fine) return result
    throw appErrors.demo_step({
      message: `\`syncline ${argv.join(' ')}\` ended with exit code ${code}: ${JSON.stringify(result)}`,
    })
  }

  /** A plan or a run, with what the CRM saw of it. */
  async push(why: string, argv: readonly string[]): Promise<DemoCounts> {
    const before = await this.#hubspot.calls()
    const began = performance.now()
    const result = await this.command(why, argv)
    const seconds = Math.round(performance.now() - began) / 1_000
    const calls = (await this.#hubspot.calls()) - before
    const writes = await this.#hubspot.writesAfter(this.#lastWrite)
    this.#lastWrite = writes.at(-1)?.seq ?? this.#lastWrite
    const updates = writes.filter(({ kind }) => kind === 'update')
    const updatedFields: Record<string, number> = {}
    for (const field of updates.flatMap(({ changes }) => Object.keys(changes))) {
      updatedFields[field] = (updatedFields[field] ?? 0) + 1
    }
    this.#invocation.output.line(`  HubSpot counted ${count(calls)} requests.`)
    return {
      created: writes.filter(({ kind }) => kind === 'create').length,
      updated: updates.length,
      updated_fields: updatedFields,
      calls,
      seconds,
      planned: plannedOf(result),
    }
  }

  tell({ updated, updated_fields: fields }: DemoCounts): void {
    const told = Object.entries(fields).map(([field, records]) => `${field} in ${records}`)
    this.#invocation.output.line(
      `  By its log ${count(updated)} contacts were updated: ${told.join(', ')}.`,
    )
  }
}

function plannedOf({ syncs }: Result): unknown {
  const [first] = Array.isArray(syncs) ? (syncs as readonly Result[]) : []
  return first?.['planned'] ?? null
}

/** Projects that share one state: each has a warehouse and a sync of its own, and reaches the same CRM. */
import { appendFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchProject, makeProject, type RunReport } from './bench-project.ts'
import { type BenchField, hubspot } from './targets.ts'
import { measure } from './measured-process.ts'
import { program } from './program.ts'

export interface SharingProjects {
  /** First pushes of all of them, at the same time, each by a process of its own. */
  runAll(): Promise<readonly RunReport[]>
  remove(): Promise<void>
}

export async function makeSharingProjects(
  count: number,
  request: { readonly rows: number; readonly crmUrl: string },
): Promise<SharingProjects> {
  const state = await mkdtemp(join(tmpdir(), 'syncline-bench-state-'))
  const projects: BenchProject[] = []
  const remove = async (): Promise<void> => {
    await Promise.all(projects.map((project) => project.remove()))
    await rm(state, { recursive: true, force: true })
  }
  try {
    for (let number = 1; number <= count; number += 1) {
      const project = await makeProject({
        ...request,
        target: hubspot,
        fields: fieldsOf(number),
      })
      projects.push(project)
      const { directory } = project
      await appendFile(join(directory, 'syncline.yaml'), stateText(state))
      const syncs = join(directory, 'syncs')
      await rename(join(syncs, 'customers.yaml'), join(syncs, `${syncOf(number)}.yaml`))
    }
  } catch (error) {
    await remove()
    throw error
  }
  return {
    remove,
    runAll: () =>
      Promise.all(projects.map(({ directory }, index) => firstPush(directory, syncOf(index + 1)))),
  }
}

function syncOf(number: number): string {
  return `customers_${number}`
}

/** No two projects push the same contact. */
function fieldsOf(number: number): readonly BenchField[] {
  return hubspot.fields.map((field) =>
    field.field === 'email'
      ? { ...field, expression: `'p${number}-' || ${field.expression}` }
      : field,
  )
}

function stateText(folder: string): string {
  return `state: { path: ${JSON.stringify(join(folder, '{environment}', 'state.db'))} }\n`
}

async function firstPush(directory: string, sync: string): Promise<RunReport> {
  const { stdout } = await measure([program, 'run', sync, '--json', '--first'], directory)
  const { syncs }: { syncs: readonly RunReport[] } = JSON.parse(
    stdout.trim().split('\n').at(-1) ?? '',
  )
  const [report] = syncs
  if (report?.state !== 'succeeded') throw new Error(`the run did not succeed: ${stdout}`)
  return report
}

/** Finds the relation of a dbt model by name, in the manifest that dbt leaves behind. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { ModelSource } from '../../model/sync.ts'
import { nearest } from '../../model/nearest.ts'

const manifestShape = z.looseObject({
  nodes: z.record(
    z.string(),
    z.looseObject({
      resource_type: z.string(),
      name: z.string(),
      package_name: z.string().optional(),
      schema: z.string().nullish(),
      alias: z.string().nullish(),
      version: z.union([z.string(), z.number()]).nullish(),
      config: z.looseObject({ materialized: z.string().nullish() }).nullish(),
    }),
  ),
})

type Manifest = z.infer<typeof manifestShape>
type ManifestNode = Manifest['nodes'][string]

export interface ModelFault {
  readonly message: string
  readonly nearest: string | null
  readonly remedy: string
}

type Fault = { readonly ok: false; readonly fault: ModelFault }
type ManifestRead = { readonly ok: true; readonly manifest: Manifest } | Fault

export type DbtLookup = { readonly ok: true; readonly model: ModelSource } | Fault

/** Answers for model names; the file is read at most once, when the first name is asked for. */
export class DbtManifest {
  readonly #directory: string
  readonly #path: string
  #manifest: Promise<ManifestRead> | null = null

  constructor(directory: string, path: string) {
    this.#directory = directory
    this.#path = path
  }

  async find(name: string): Promise<DbtLookup> {
    this.#manifest ??= this.#read()
    const read = await this.#manifest
    return read.ok ? findRelation(read.manifest, name, this.#path) : read
  }

  async #read(): Promise<ManifestRead> {
    try {
      const text = await readFile(resolve(this.#directory, this.#path), 'utf8')
      const parsed = manifestShape.safeParse(JSON.parse(text))
      if (parsed.success) return { ok: true, manifest: parsed.data }
      return unusable(`${this.#path} is not a dbt manifest.`)
    } catch (error) {
      if (error instanceof SyntaxError) return unusable(`${this.#path} is not valid JSON.`)
      return unusable(`The dbt manifest ${this.#path} can not be read.`)
    }
  }
}

function unusable(message: string): Fault {
  const remedy = 'Run `dbt compile` or `dbt build`, and let `dbt.manifest` name the file it writes.'
  return { ok: false, fault: { message, nearest: null, remedy } }
}

/** What has a relation that can be queried. */
const kinds = ['model', 'seed', 'snapshot']

function findRelation(manifest: Manifest, name: string, path: string): DbtLookup {
  const nodes = Object.values(manifest.nodes).filter((node) => kinds.includes(node.resource_type))
  const matches = nodes.filter((node) => namesOf(node).includes(name))
  const [node, second] = matches
  if (node === undefined) {
    const message = `The dbt project has no model ${name}.`
    const meant = nearest(
      name,
      nodes.map((one) => one.name),
    )
    const remedy = `Name a model of ${path}; run \`dbt compile\` if the file is out of date.`
    return { ok: false, fault: { message, nearest: meant, remedy } }
  }
  if (second !== undefined) {
    const names = matches.map((one) => namesOf(one).at(-1)).join(', ')
    const message = `The dbt project has several models ${name}.`
    return { ok: false, fault: { message, nearest: null, remedy: `Write one of ${names}.` } }
  }
  if (node.config?.materialized === 'ephemeral') {
    const message = `The dbt model ${name} is ephemeral: it has no table or view to read.`
    return {
      ok: false,
      fault: { message, nearest: null, remedy: 'Materialise it as a view or a table.' },
    }
  }
  const table = node.alias ?? node.name
  return { ok: true, model: { kind: 'table', schema: node.schema ?? null, table } }
}

/** By itself, with its package, with its version; the most exact one last. */
function namesOf(node: ManifestNode): string[] {
  const names = [node.name]
  if (node.package_name !== undefined) names.push(`${node.package_name}.${node.name}`)
  if (node.version === null || node.version === undefined) return names
  return [...names, ...names.map((one) => `${one}.v${node.version}`)]
}

/** Writes the generated pages of docs/reference: `node scripts/generate-docs.ts`. */
import { globSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { registries } from '../src/app/workspace/registries.ts'
import { errorsPage } from '../src/config/generated/errors-page.ts'
import { referencePage } from '../src/config/generated/reference-page.ts'
import { rowReasonsPage } from '../src/config/generated/row-reasons-page.ts'
import { errorRegistry } from '../src/model/error.ts'

const root = join(import.meta.dirname, '..')

/** Path relative to the repository → text. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  // Importing a module's errors is what puts them into the registry.
  for (const file of globSync('src/**/errors.ts', { cwd: root })) {
    await import(pathToFileURL(join(root, file)).href)
  }
  return new Map([
    ['docs/reference/configuration.md', referencePage(registries)],
    ['docs/reference/errors.md', errorsPage(errorRegistry)],
    ['docs/reference/row-reasons.md', rowReasonsPage()],
  ])
}

if (import.meta.main) {
  for (const [path, text] of await generatedPages()) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

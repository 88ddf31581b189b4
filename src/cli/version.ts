/** The package's own version. */
import { readFileSync } from 'node:fs'
import { programFile } from '../model/program-files.ts'

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(programFile('../package.json'), 'utf8'),
)

export const { version } = manifest

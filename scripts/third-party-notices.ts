/**
 * The text of THIRD-PARTY-NOTICES.md: every package of the production tree with its licence. Binaries
 * of one platform are named with the package that asks for them, since only this machine's are here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lockfile, type ProductionPackage, productionPackages } from './production-packages.ts'

const head = `# Third-party notices

Syncline is installed together with the packages below, each under its own licence. This page is
written by \`npm run notices\` from package-lock.json and the installed packages.
`

export function thirdPartyNotices(root: string): string {
  const lockfile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile
  const all = productionPackages(lockfile)
  const sections = all
    .filter((one) => one.platformOf === null)
    .map((one) => section(root, one, binariesOf(one, all)))
  return [head, ...sections].join('\n')
}

function binariesOf(
  owner: ProductionPackage,
  all: readonly ProductionPackage[],
): readonly ProductionPackage[] {
  return all.filter((one) => one.platformOf === owner.name)
}

function section(
  root: string,
  one: ProductionPackage,
  binaries: readonly ProductionPackage[],
): string {
  const also = binaries.map((binary) => `- ${binary.name} ${binary.version} (${binary.license})`)
  return [
    `## ${one.name} ${one.version}`,
    '',
    `Licence: ${one.license}`,
    ...(also.length === 0 ? [] : ['', 'With, by platform:', '', ...also]),
    ...licenceTexts(join(root, one.folder)).flatMap((text) => ['', '```text', text, '```']),
    '',
  ].join('\n')
}

/** Licence and notice files as they are, but for line ends; nothing where the package has none. */
function licenceTexts(folder: string): readonly string[] {
  if (!existsSync(folder)) throw new Error(`${folder} is not installed`)
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)([.-]|$)/i.test(file))
    .toSorted()
    .map((file) => tidy(readFileSync(join(folder, file), 'utf8')))
}

function tidy(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd())
  return lines.join('\n').replace(/^\n+|\n+$/g, '')
}

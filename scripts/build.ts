/**
 * Makes dist/: the program, joined into few files, which Node loads sooner than hundreds of modules; the types of what
 * the package exports; and what the code reads at run time.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')
const source = join(root, 'src')
const dist = join(root, 'dist')

/** What is started or imported by its name. */
const entries = ['cli/main', 'store/sqlite/sqlite-worker', 'index', 'testing/index']

/** Knows from its own place where the others are. */
const placed = 'model/program-files'

/** Packages of many small modules, which go into the program's files; others are imported from where they are installed. */
const joined = /^(croner|papaparse|yaml|zod)(\/|$)/

const assets = '**/*.sql'

rmSync(dist, { recursive: true, force: true })
declareTypes()
await joinModules()
for (const file of globSync(assets, { cwd: source })) {
  cpSync(join(source, file), join(dist, file))
}

function declareTypes(): void {
  const shell = process.platform === 'win32'
  const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
    shell,
  })
  if (status !== 0) process.exit(status ?? 1)
}

async function joinModules(): Promise<void> {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, join(source, `${name}.ts`)])),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !joined.test(id),
  })
  await bundle.write({
    dir: dist,
    entryFileNames: '[name].js',
    chunkFileNames: ({ name }) => (name === placed ? '[name].js' : 'chunks/[name].js'),
    codeSplitting: { groups: [{ name: placed, test: join(source, `${placed}.ts`) }] },
  })
  await bundle.close()
}

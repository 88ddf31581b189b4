/** The steps of deploy/Dockerfile, done in folders in place of layers: what they make runs, and is what package-lock.json names. */
import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Ended, ended } from './scratch-project.ts'

const root = join(import.meta.dirname, '../..')
const dockerfile = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8')

/** What `npm run` tells its scripts of this repository; how npm is set up on the machine stays. */
const ofThisRepository =
  /^npm_(?!config_)|^npm_config_local_prefix$|^NODE_OPTIONS$|^SYNCLINE_|^INIT_CWD$/i

let layers: string
let image: string

/** One stage after the other; the folder of the last one stands for the image. */
async function build(): Promise<string> {
  const stages = new Map<string, string>()
  let stage = ''
  let place = '/'
  const within = (path: string) => join(stage, path.startsWith('/') ? path : join(place, path))
  for (const [, instruction, rest = ''] of dockerfile
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .matchAll(/^([A-Z]+) (.+)$/gm)) {
    if (instruction === 'FROM') {
      stage = mkdtempSync(join(layers, 'stage-'))
      place = '/'
      stages.set(/ AS (\w+)$/.exec(rest)?.[1] ?? 'image', stage)
      // The base image has it.
      mkdirSync(join(stage, 'usr/local/bin'), { recursive: true })
    } else if (instruction === 'WORKDIR') {
      place = rest
      mkdirSync(within('.'), { recursive: true })
    } else if (instruction === 'COPY') {
      const [, from, paths = ''] = /^(?:--from=(\w+) )?(.+)$/.exec(rest) ?? []
      const source = from === undefined ? join(layers, 'context') : stages.get(from)
      if (source === undefined) throw new Error(`there is no stage ${from}`)
      copy(source, paths.split(' '), within)
    } else if (instruction === 'RUN') {
      // What begins at the root of a layer begins at the folder that stands for it.
      const command = rest.replaceAll(/(?<=^|[\s='"])\/(?=\w)/g, `${stage}/`)
      const { code, stdout, stderr } = await sh(within('.'), command)
      if (code !== 0) throw new Error(`${command}: exit code ${code}: ${stdout}${stderr}`)
    }
  }
  return stage
}

/** As Docker does it: of a folder what is in it, of several each by its name into the last one. */
function copy(source: string, paths: readonly string[], within: (path: string) => string): void {
  const target = paths.at(-1) ?? ''
  for (const path of paths.slice(0, -1)) {
    const into = target.endsWith('/') ? join(target, basename(path)) : target
    cpSync(join(source, path), within(into), { recursive: true, verbatimSymlinks: true })
  }
}

/** What Git knows or would, as a fresh clone has nothing else. */
function context(): void {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  for (const file of execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0')) {
    if (file !== '' && existsSync(join(root, file)))
      cpSync(join(root, file), join(layers, 'context', file))
  }
}

function sh(cwd: string, command: string, variables: Readonly<Record<string, string>> = {}) {
  const own = Object.entries(process.env).filter(([name]) => !ofThisRepository.test(name))
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const env = { ...Object.fromEntries(own), PATH, ...variables }
  return ended(spawn('sh', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** The image's program in the image's folder, with the variables that the Dockerfile sets. */
function run(command: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const [program] = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(dockerfile)?.[1] ?? '[]') as string[]
  const set = [...(/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? '').matchAll(/(\w+)=(\S+)/g)]
  const variables = Object.fromEntries(set.map(([, name, value]) => [name, value]))
  return sh(join(image, 'project'), `"${join(image, 'usr/local/bin', program ?? '')}" ${command}`, {
    ...variables,
    ...more,
  })
}

beforeAll(async () => {
  layers = mkdtempSync(join(tmpdir(), 'syncline-image-'))
  context()
  image = await build()
})
afterAll(() => rmSync(layers, { recursive: true, force: true }))

it('says what is missing where nothing is set', async () => {
  const { code, stderr } = await run('serve')
  expect(code).toBe(2)
  expect(stderr).toContain('The variable STATE_URL is not set. [config.missing_variable]')
})

it('finds nothing wrong with its project, and reaches for the state by the client that it has', async () => {
  const url = 'postgresql://me:a-password@127.0.0.1:9/none'
  const variables = {
    PUBLIC_URL: 'https://hooks.example.com',
    PIPEDRIVE_URL: 'https://example.pipedrive.com',
    PIPEDRIVE_API_TOKEN: 'a-token-of-a-user',
    STATE_URL: url,
    WAREHOUSE_URL: url,
    WEBHOOK_PATH_SECRET: 'a-secret-of-a-path',
    WEBHOOK_PASSWORD: 'a-password-of-a-user',
    RUN_TOKEN: 'a-token-for-running-syncs',
  }
  expect(await run('validate', variables)).toMatchObject({ code: 0 })
  const serving = await run('serve', variables)
  expect(serving).toMatchObject({ code: 3, stderr: expect.stringContaining('ECONNREFUSED') })
  // As everybody in the container calls it.
  expect((await run('nonsense')).stderr).toContain('`syncline --help`')
})

it('brings the versions that are tested, and nothing that only builds', () => {
  interface Lock {
    readonly packages: Readonly<Record<string, { readonly version: string }>>
  }
  const lockOf = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Lock
  const { packages: tested } = lockOf(join(root, 'package-lock.json'))
  const { packages: brought } = lockOf(join(image, 'app/node_modules/.package-lock.json'))
  const versions = Object.entries(brought).map(([path, { version }]) => [path, version])
  expect(versions).toEqual(versions.map(([path = '']) => [path, tested[path]?.version]))
  expect(Object.keys(brought)).toContain('node_modules/pg')
  expect(readdirSync(join(image, 'app/node_modules'))).not.toContain('typescript')
  expect(globSync('**/*.test.js', { cwd: join(image, 'app/dist') })).toEqual([])
})

it('has the program, its packages and the project, and nothing else', () => {
  expect(readdirSync(image).toSorted()).toEqual(['app', 'project', 'usr'])
  expect(readdirSync(join(image, 'app')).toSorted()).toEqual([
    'LICENSE',
    'THIRD-PARTY-NOTICES.md',
    'dist',
    'node_modules',
    'package.json',
  ])
  expect(readdirSync(join(image, 'project')).toSorted()).toEqual(['syncline.yaml', 'syncs'])
})

/** What deploy/ says of the package is true: paths, commands, names of variables, ports, secrets and syncs. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { sources } from '../../src/connector/registry.ts'
import { registries } from '../../src/app/workspace/registries.ts'
import { commandNames } from '../../src/cli/commands/commands.ts'
import { serve } from '../../src/cli/commands/serve.ts'
import { loadProject } from '../../src/config/project/load-project.ts'
import { root } from './source-files.ts'

const read = (file: string): string => readFileSync(join(root, 'deploy', file), 'utf8')
const all = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].toSorted()

const dockerfile = read('Dockerfile')
const setup = read('cloud-run/setup.sh')
const grants = read('cloud-run/grants.sql')
const readme = read('README.md')

/** Of a week, as `<day> <hour>`. */
function hoursOf(hours: string, days: string): readonly string[] {
  const listed = (text: string, most: number): readonly number[] =>
    text.split(',').flatMap((part) => {
      const [first = '', last = first] = part === '*' ? ['0', String(most)] : part.split('-')
      return Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at)
    })
  return listed(days, 6).flatMap((day) => listed(hours, 23).map((hour) => `${day} ${hour}`))
}

interface Service {
  readonly build?: { readonly dockerfile: string }
  readonly environment?: Readonly<Record<string, string>>
  readonly healthcheck?: { readonly test: readonly string[] }
}
const compose = parse(read('compose.yaml')) as {
  readonly name?: string
  readonly services: Record<string, Service>
}

interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string } }
}
interface Container {
  readonly args: readonly string[]
  readonly ports: readonly { readonly containerPort: number }[]
  readonly env: readonly Variable[]
  readonly startupProbe: { readonly httpGet: { readonly path: string } }
}
const cloudRun = parse(read('cloud-run/service.yaml')) as {
  readonly spec: { readonly template: { readonly spec: { readonly containers: [Container] } } }
}
const [container] = cloudRun.spec.template.spec.containers

const used = all(read('project/syncline.yaml'), /\$\{env:([A-Z_]+)\}/g)

async function load() {
  const values: Record<string, string> = {
    PORT: '4100',
    PIPEDRIVE_URL: 'https://example.pipedrive.com',
    PUBLIC_URL: 'https://hooks.example.com',
    STATE_URL: 'postgresql://user:password@host/database',
    WAREHOUSE_URL: 'postgresql://user:password@host/database',
  }
  const env = Object.fromEntries(used.map((name) => [name, values[name] ?? 'a-secret-of-its-own']))
  const directory = join(root, 'deploy/project')
  return loadProject({ directory, env, environment: 'production', ...registries })
}

describe('deploy/project', () => {
  it('is a project without problems, that keeps nothing on a disk and may listen', async () => {
    const { project, problems } = await load()
    expect(problems).toEqual([])
    expect(project?.state.kind).toBe('postgres')
    expect([...(project?.connections.values() ?? [])].map(({ type }) => type)).not.toContain(
      'duckdb',
    )
    expect(project?.server).toMatchObject({ host: '0.0.0.0', behindTlsProxy: true })
    expect(project?.server.runToken).not.toBe(null)
  })
})

describe('deploy/Dockerfile', () => {
  it('copies what there is', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, from = '']) => from.split(' '),
    )
    expect(copied).toContain('deploy/project')
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const stages = all(dockerfile, /^FROM \S+ AS (\w+)$/gm)
    expect(all(dockerfile, /^COPY --from=(\w+)/gm)).toEqual(stages)
    // A file that the build makes has no other place to come from.
    const made = [...dockerfile.matchAll(/^COPY --from=\w+ (.+) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' ').map((path) => path.replace(/^\/app\//, '')),
    )
    const built = ['node_modules', 'dist']
    expect(made.filter((path) => !built.includes(path) && !existsSync(join(root, path)))).toEqual(
      [],
    )
  })

  it('starts a program and a command of the package, under the Node that it wants', () => {
    const { bin, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly bin: { readonly syncline: string }
      readonly engines: { readonly node: string }
    }
    expect(dockerfile).toContain(`ln -s /app/${bin.syncline} /usr/local/bin/syncline`)
    const [program] = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(dockerfile)?.[1] ?? '[]') as string[]
    const [command] = JSON.parse(/^CMD (.+)$/m.exec(dockerfile)?.[1] ?? '[]') as string[]
    expect(Object.keys(bin)).toContain(program)
    expect(commandNames).toContain(command)
    const majors = all(dockerfile, /^FROM node:(\d+)-/gm)
    expect(engines.node).toBe(`>=${majors.join(' ')}`)
  })

  it('takes the packages that package-lock.json names, PostgreSQL’s client with them', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, object>>
    }
    const [named = ''] = all(dockerfile, /'\.\/package-lock\.json'\)\.packages\['([^']+)'\]/g)
    expect(packages[named]).toHaveProperty('version')
    expect(dockerfile).toContain('--save-prod pg@$version')
    // Without the lockfile npm would take what is newest.
    for (const stage of dockerfile.split(/^FROM /m).filter((text) => text.includes('npm install')))
      expect(stage).toMatch(/^COPY package\.json package-lock\.json /m)
  })

  it('names an environment that the project declares', async () => {
    const [environment] = all(dockerfile, /SYNCLINE_ENV=(\w+)/g)
    expect((await load()).project?.environment).toBe(environment)
  })
})

describe('deploy/compose.yaml', () => {
  it('gives the container every variable of the project, and no other', () => {
    expect(Object.keys(compose.services['syncline']?.environment ?? {}).toSorted()).toEqual(used)
  })

  it('has a name of its own, by which its volumes are found again', () => {
    expect(compose.name).toBe('syncline')
  })

  it('waits for the database itself, not for the server that sets it up at the socket', () => {
    expect(compose.services['database']?.healthcheck?.test).toContain('--host')
  })

  it('takes from env.example what it asks for', () => {
    const asked = all(read('compose.yaml'), /\$\{([A-Z_]+):\?\}/g)
    expect(all(read('env.example'), /^([A-Z_]+)=/gm)).toEqual(asked)
  })

  it('builds a file that there is, and leads to the port on which it listens', () => {
    const { build, environment } = compose.services['syncline'] ?? {}
    expect(existsSync(join(root, build?.dockerfile ?? 'none'))).toBe(true)
    const ports = all(read('compose.yaml'), /(?:syncline|127\.0\.0\.1):(\d{4})/g)
    expect(ports).toEqual([environment?.['PORT']])
    expect(dockerfile).toContain(`EXPOSE ${environment?.['PORT']}`)
  })
})

describe('deploy/cloud-run', () => {
  it('gives the container every variable of the project but the port, which Cloud Run gives', () => {
    const given = container.env.map(({ name }) => name)
    expect([...given, 'PORT'].toSorted()).toEqual(used)
  })

  it('starts a command that leaves nothing to be done between requests', () => {
    const [command, ...options] = container.args
    expect(command).toBe(serve.name)
    expect(options).toEqual(['--on-request'])
    expect(Object.keys(serve.options)).toContain('on-request')
    expect(read('cloud-run/service.yaml')).toContain('run.googleapis.com/cpu-throttling: "true"')
  })

  it('asks for runs at all hours, and never so seldom that a ban could pass unseen', () => {
    const times = all(setup, /^schedule \S+ "([^"]+)"$/gm).map((time) => time.split(' '))
    const apart = times.map(([minutes = '']) => Number(/^\*\/(\d+)$/.exec(minutes)?.[1]))
    const { lookEveryMs = 0, silentForMs = 0 } = sources.get('pipedrive')?.subscriptions ?? {}
    // A look is due only so long after the one before it, and comes with the next run.
    for (const minutes of apart)
      expect(minutes * 60_000 + lookEveryMs).toBeLessThanOrEqual(silentForMs)
    const covered = new Set(times.flatMap(([, hours = '', , , days = '']) => hoursOf(hours, days)))
    expect(covered.size).toBe(7 * 24)
  })

  it('lets the service account read each secret that it names, and no other', () => {
    const named = container.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.name ?? [])
    const [granted = ''] = all(setup, /^for secret in (.+); do$/gm)
    expect(
      granted
        .split(' ')
        .map((name) => `syncline-${name}`)
        .toSorted(),
    ).toEqual(named.toSorted())
    expect(all(setup, /--role (\S+)/g)).toEqual([
      'roles/cloudsql.client',
      'roles/run.invoker',
      'roles/secretmanager.secretAccessor',
    ])
  })

  it('fills in every place that the service leaves open', () => {
    const open = all(read('cloud-run/service.yaml'), /<([A-Z_]+)>/g)
    expect(all(setup, /s\|<([A-Z_]+)>\|/g)).toEqual(open)
    expect(open.filter((name) => !setup.includes(`"\${${name}:?}"`))).toEqual([])
  })

  it('runs syncs that there are, with a header and by a path that the server knows', async () => {
    const { project } = await load()
    const asked = all(setup, /\/syncs\/(.+)\/run/g)
    expect(asked.length).toBeGreaterThan(0)
    const names = project?.syncs.map(({ name }) => name) ?? []
    expect(asked.filter((name) => !names.includes(name))).toEqual([])
    expect(setup).toContain('"X-Sync-Secret=$RUN_TOKEN"')
    // What waits for too long must not keep an instance from starting that would load it.
    expect(container.startupProbe.httpGet.path).toBe('/healthz')
  })

  it('grants the schemas that the project writes, and nothing else', async () => {
    const { project } = await load()
    const pulled =
      project?.syncs.flatMap((sync) => (sync.type === 'pull' ? [sync.schema] : [])) ?? []
    const state = project?.state.kind === 'postgres' ? project.state.schema : ''
    const written = [state, project?.workingSchema ?? '', ...pulled].toSorted()
    expect(
      all(grants, /^create schema if not exists (\w+) authorization syncline_service;$/gm),
    ).toEqual(written)
    expect(all(grants, /^(grant .*)$/gm)).toEqual(['grant syncline_service to current_user;'])
    expect(grants).toMatch(/^revoke syncline_service from current_user;$/m)
  })
})

describe('deploy/README.md', () => {
  it('names files and commands that there are', () => {
    const files = all(readme, /`((?:test\/|deploy\/)[\w./-]+)`/g)
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
    const commands = all(readme, /(?:exec syncline|run --rm) syncline (\w+)/g)
    expect(commands.filter((name) => !commandNames.some((one) => one === name))).toEqual([])
  })
})

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { localCrms } from '../../src/app/local/local-crms.ts'
import { commandNames } from '../../src/cli/commands/commands.ts'
import { runIn } from './cli-world.ts'

const golden = (name: string): string => join(import.meta.dirname, '__golden__', `help-${name}.txt`)

describe('the help', () => {
  it('lists every command', async () => {
    const { code, stdout } = await runIn('.', ['--help'])
    expect(code).toBe(0)
    for (const name of commandNames) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    await expect(stdout).toMatchFileSnapshot(golden('overview'))
  })

  it.each(commandNames)('of %s names its arguments and options', async (name) => {
    const { code, stdout } = await runIn('.', [name, '--help'])
    expect(code).toBe(0)
    await expect(stdout).toMatchFileSnapshot(golden(name))
  })

  it('of simulate lists the faults that each local CRM knows', async () => {
    const { stdout } = await runIn('.', ['simulate', '--help'])
    for (const { name, faultKinds } of localCrms) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +${faultKinds.join(',\\s+')}$`, 'm'))
    }
  })

  it('of a command comes by `help` before its name, too', async () => {
    const [first, second] = [await runIn('.', ['help', 'plan']), await runIn('.', ['plan', '-h'])]
    expect([first.code, first.stdout]).toEqual([0, second.stdout])
    const wrong = await runIn('.', ['help', 'plna'])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean plan?')])
  })

  it.each([
    [['-C', 'x']],
    [['-Cx']],
    [['--project', 'x']],
    [['--project=x', '--env', 'prod']],
    [['-h']],
  ])('of a command comes also where %j stands before it', async (before) => {
    const [first, second] = [
      await runIn('.', [...before, 'plan', '-h']),
      await runIn('.', ['plan', '-h']),
    ]
    expect([first.code, first.stdout]).toEqual([0, second.stdout])
  })

  it('is what no command at all gives, as a mistake', async () => {
    const { code, stdout } = await runIn('.', [])
    expect([code, stdout.split('\n')[0]]).toEqual([2, 'usage: syncline <command> [options]'])
    expect(await runIn('.', ['-C', 'x', '--env=prod'])).toMatchObject({ code, stdout })
  })
})

describe('a command line that is not understood', () => {
  it.each([
    [['plna'], 'There is no command plna; did you mean plan?'],
    [['xyzzy'], 'There is no command xyzzy.'],
    [['-C', '.', 'plna'], 'There is no command plna; did you mean plan?'],
    [
      ['--porject', '.', 'plan'],
      'No option --porject stands before a command; did you mean --project?',
    ],
    [['-x', 'plan'], 'No option -x stands before a command.'],
    [['--first', 'run'], 'No option --first stands before a command.'],
    [['run', '--frist'], 'run has no option --frist; did you mean --first?'],
    [['run', '--tga=x'], 'run has no option --tga; did you mean --tag?'],
    [['run', '-x'], 'run has no option -x.'],
    [['validate', 'extra'], 'validate does not take "extra".'],
    [['plan', '--show', '0'], '--show takes a number of at least 1, not 0.'],
    [['runs', '--limit', '1.5'], '--limit takes a number of at least 1, not 1.5.'],
    [
      ['simulate', 'hubspto'],
      'There is no local hubspto; there are: hubspot, salesforce, pipedrive.',
    ],
    [['state', 'bakcup', 'x'], 'There is no action bakcup; did you mean backup?'],
    [['state', 'backup'], 'state backup takes the file to copy to.'],
    [['cancel'], 'cancel takes the id of a run.'],
  ])('%j is refused with what was meant', async (argv, message) => {
    const { code, stdout, stderr } = await runIn('.', argv)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.split('\n')[0]).toBe(`error cli.usage: ${message}`)
  })

  it.each([
    [['run', '--frist'], '`syncline run --help` tells what it takes.'],
    [['apply', '-C', '.'], '`syncline apply --help` tells what it takes.'],
    [['runn'], 'Run `syncline --help`, or `syncline <command> --help`.'],
    [['init', '--to', 'pipedrive'], 'Say `syncline init --from pipedrive`.'],
  ])(
    '%j is led to the help of its command, where nothing better is known',
    async (argv, remedy) => {
      const [text, json] = [await runIn('.', argv), await runIn('.', [...argv, '--json'])]
      expect(text.stderr.split('\n')[1]).toBe(`  ${remedy}`)
      expect(json.json).toMatchObject({ error: { code: 'cli.usage', remedy } })
    },
  )

  it.each([
    [['run', '--limit', '--json'], '--limit of run takes a value: --limit <n>.'],
    [['run', '--first=yes'], '--first of run takes no value.'],
  ])('%j is told what the option takes', async (argv, message) => {
    const { stderr } = await runIn('.', argv)
    expect(stderr.split('\n')[0]).toBe(`error cli.usage: ${message}`)
  })

  it('names an option whose value is missing', async () => {
    const said = await runIn('.', ['plan', '--show'])
    expect([said.code, said.stderr.split('\n')[0]]).toEqual([
      2,
      'error cli.usage: --show of plan takes a value: --show <n>.',
    ])
    const common = await runIn('.', ['run', '-C'])
    expect(common.stderr).toContain('--project of run takes a value: --project <folder>.')
  })
})

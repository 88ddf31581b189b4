import { describe, expect, it } from 'vitest'
import { runnable, thisProgram } from './this-program.ts'

describe('the name of this program', () => {
  it('is the npm script where that started it', () => {
    const variables = { npm_lifecycle_event: 'syncline' }
    expect(thisProgram(variables, '', '/')).toBe('npm run -s syncline --')
  })

  it('is the file, from where the person stands, where Node itself was started', () => {
    const parent = new URL('..', import.meta.url).pathname
    expect(thisProgram({}, '', parent)).toBe('node cli/main.ts')
  })
})

describe('a hint', () => {
  const say = (text: string, chosen = ' -C shop'): string => runnable(text, 'npx syncline', chosen)

  it('names the program as it was started, with folder and environment', () => {
    expect(say('List them with `syncline runs`.')).toBe(
      'List them with `npx syncline runs -C shop`.',
    )
    expect(say('Let `syncline check --fix` create it.', '')).toBe(
      'Let `npx syncline check --fix` create it.',
    )
  })

  it('stands without backticks on a line of its own', () => {
    expect(say('  `syncline plan`')).toBe('  npx syncline plan -C shop')
  })

  it.each([
    ['`syncline simulate hubspot --port 9`', '`npx syncline simulate hubspot --port 9`'],
    [
      '`syncline simulate salesforce --state local.json`',
      '`npx syncline simulate salesforce --state local.json -C shop`',
    ],
    ['`syncline <command> --help`', '`npx syncline <command> --help`'],
    ['`syncline --help`', '`npx syncline --help`'],
    ['`syncline run --help`', '`npx syncline run --help`'],
    ['`match: { email: email }`', '`match: { email: email }`'],
    ['syncline_dev.failures', 'syncline_dev.failures'],
  ])('leaves out what a command does not take, and other texts alone: %s', (text, shown) => {
    expect(say(`Say ${text}.`)).toBe(`Say ${shown}.`)
  })
})

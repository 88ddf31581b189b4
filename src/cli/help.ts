/** The help texts: of the whole, and of one command. */
import { type Command, commonOptions, type OptionDeclarations } from './command.ts'

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return [
    'usage: syncline <command> [options]',
    '',
    ...lines,
    '',
    ...optionLines(commonOptions),
  ].join('\n')
}

export function commandHelp(command: Command): string {
  const own = optionLines(command.options)
  return [
    `usage: syncline ${command.name} ${command.arguments} [options]`.replaceAll('  ', ' '),
    '',
    command.summary,
    '',
    ...own,
    ...(own.length > 0 ? [''] : []),
    ...optionLines(commonOptions),
  ].join('\n')
}

function optionLines(options: OptionDeclarations): string[] {
  const heads = Object.entries(options).map(([name, { short, value }]) => {
    const shorthand = short === undefined ? '' : `-${short}, `
    return `  ${shorthand}--${name}${value === undefined ? '' : ` ${value}`}`
  })
  const width = Math.max(0, ...heads.map((head) => head.length))
  return Object.values(options).map(
    ({ description }, index) => `${(heads[index] ?? '').padEnd(width)}  ${description}`,
  )
}

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
    ...nameLines(command.names),
  ].join('\n')
}

const longestLine = 120

function nameLines(names: Command['names']): string[] {
  if (names === undefined) return []
  const width = Math.max(...Object.keys(names.lists).map((term) => term.length))
  const lists = Object.entries(names.lists).flatMap(([term, list]) =>
    wrapped(list, longestLine - width - 4).map(
      (line, index) => `  ${(index === 0 ? term : '').padEnd(width)}  ${line}`,
    ),
  )
  return ['', names.title, ...lists]
}

function wrapped(list: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const [index, name] of list.entries()) {
    const word = index === list.length - 1 ? name : `${name},`
    const line = `${lines.at(-1) ?? ''} ${word}`
    if (lines.length > 0 && line.length <= width) lines[lines.length - 1] = line
    else lines.push(word)
  }
  return lines
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

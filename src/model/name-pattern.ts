/** Whether a name fits a pattern in which `*` stands for any text, the empty one included. */
export function fitsPattern(pattern: string, name: string): boolean {
  const parts = pattern
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|/-]/g, (sign) => `\\${sign}`))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name)
}

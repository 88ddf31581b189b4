/** Patterns of names, in which `*` stands for any text, the empty one included. */

export function fitsPattern(pattern: string, name: string): boolean {
  const parts = pattern
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|/-]/g, (sign) => `\\${sign}`))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name)
}

/** `object.field` in its two parts; a field's own name may have points, an object's has none. */
export function fieldPattern(pattern: string): { readonly object: string; readonly field: string } {
  const point = pattern.indexOf('.')
  return { object: pattern.slice(0, point), field: pattern.slice(point + 1) }
}

/** Whether a field is meant by the second part; where a pattern names a field, so are the parts nested in it. */
export function fitsField(pattern: string, field: string): boolean {
  return fitsPattern(pattern, field) || fitsPattern(`${pattern}.*`, field)
}

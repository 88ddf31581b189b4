/** A sentence for each code of the YAML parser; none of them repeats what the file says. */

const messages: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'An alias can not carry a tag or an anchor.',
  BAD_ALIAS: 'This alias or anchor has no usable name.',
  BAD_DIRECTIVE: 'This directive is unknown; remove the line that starts with %.',
  BAD_DQ_ESCAPE: 'This escape is unknown; in double quotes write \\\\ for a backslash.',
  BAD_INDENT: 'The indentation does not fit the lines around it, or a bracket is not closed.',
  BAD_PROP_ORDER: 'Tags and anchors must stand directly before their value.',
  BAD_SCALAR_START: 'A text that starts with @ or ` must be put in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'A second key on the same line: a text that holds a colon and a blank must be put in quotes.',
  BLOCK_IN_FLOW: 'Inside { } and [ ] everything must be written with commas and brackets.',
  COMMENT_SPACE: 'A comment needs a blank before its #; a text that holds # must be put in quotes.',
  IMPOSSIBLE: 'This can not be read as YAML.',
  KEY_OVER_1024_CHARS: 'A key is longer than 1,024 characters: is a quote not closed?',
  MISSING_CHAR: 'Something is missing here: a closing quote, a bracket, a comma or a colon.',
  MULTILINE_IMPLICIT_KEY: 'A key must stand on one line: is a colon missing?',
  MULTIPLE_ANCHORS: 'A value can have one anchor only.',
  MULTIPLE_DOCS: 'A file holds one document; remove the line ---.',
  MULTIPLE_TAGS: 'A value can have one tag only.',
  TAB_AS_INDENT: 'A tab stands in the indentation; YAML takes blanks only.',
  TAG_RESOLVE_FAILED: 'Tags (words that start with !) mean nothing here.',
  UNEXPECTED_TOKEN: 'This does not belong here: is the indentation right, or a quote missing?',
}

export function syntaxMessage(code: string): string {
  return messages[code] ?? 'This can not be read as YAML.'
}

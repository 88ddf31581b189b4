/** Makes what differs from run to run the same, so that the rest can be compared to the letter. */

const replacements: readonly (readonly [RegExp, string])[] = [
  [/\b\d{8}t\d{6}_[0-9a-z]{6}\b/g, '<run>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/"(p50_ms|p99_ms)":[\d.]+/g, '"$1":"<ms>"'],
  // What is in a window of ten seconds still.
  [/"ended":\d+/g, '"ended":"<requests>"'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
]

/** The document over several lines, so that a change of one name is a change of one line. */
export function golden(text: string, directory: string): string {
  const same = replacements.reduce(
    (left, [pattern, by]) => left.replaceAll(pattern, by),
    text.replaceAll(directory, '<project>'),
  )
  return `${JSON.stringify(JSON.parse(same), null, 2)}\n`
}

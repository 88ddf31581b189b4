/**
 * Schedules that show a defect we know and have not mended: with `read_before: false` an upsert may
 * write over the record of another key before the answer tells whose it is.
 */
export const knownDefects: ReadonlySet<number> = new Set([271])

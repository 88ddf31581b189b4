/** Loaded before a measured program: leaves its peak memory, in bytes, in the file it is told. */
import { writeFileSync } from 'node:fs'

const file = process.env['BENCH_PEAK_FILE']

process.on('exit', () => {
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS * 1024))
})

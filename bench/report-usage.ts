/** Loaded before a measured program: leaves what it used of the machine in the file it is told. */
import { writeFileSync } from 'node:fs'

const file = process.env['BENCH_USAGE_FILE']

process.on('exit', () => {
  if (file === undefined) return
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const usage = { peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }
  writeFileSync(file, JSON.stringify(usage))
})

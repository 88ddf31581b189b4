/**
 * Compiles src/ into dist/ and takes along what the code reads at run time and the compiler leaves
 * behind, such as migrations.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const assets = ['**/*.sql', '**/*.proto', '**/*.avsc']

rmSync(dist, { recursive: true, force: true })
const shell = process.platform === 'win32'
const compiled = spawnSync('tsc', ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
  shell,
})
if (compiled.status !== 0) process.exit(compiled.status ?? 1)
for (const file of globSync(assets, { cwd: join(root, 'src') })) {
  cpSync(join(root, 'src', file), join(dist, file))
}

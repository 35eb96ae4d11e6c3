import { spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from './lib/sources.mjs'
import { bundle, mainOf } from './lib/tools.mjs'

const BENCH = path.join(ROOT, 'bench')
const FOLDER = path.join(ROOT, 'node_modules/.cache/psmanager-bench')

/** Bundles and runs a measurement: `node scripts/bench.mjs NAME args…`. */
const [name = '', ...args] = process.argv.slice(2)
const main = path.join(BENCH, `${name}.ts`)
if (name === '' || !existsSync(main)) {
  const names = readdirSync(BENCH).filter((file) => file.endsWith('.ts'))
  console.error(`There is: ${names.map((file) => file.slice(0, -3)).join(', ')}`)
  process.exit(2)
}
const folder = path.join(FOLDER, String(process.pid))
// The thread of the archives lies beside its server, as in a build.
await bundle({ [name]: main, 'tools/slip-press': mainOf('slip-press') }, folder)
const child = spawn(process.execPath, [path.join(folder, `${name}.mjs`), ...args], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'production' },
})
child.once('exit', (code) => {
  rmSync(folder, { recursive: true, force: true })
  process.exitCode = code ?? 1
})

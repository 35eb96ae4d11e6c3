import { spawn } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from './lib/sources.mjs'
import { bundle, mainOf } from './lib/tools.mjs'

const BENCH = path.join(ROOT, 'bench')
const FOLDER = path.join(ROOT, 'node_modules/.cache/psmanager-bench')
/** They measure the built server. */
const OF_THE_BUILD = ['fleet', 'pages', 'storm']

/** Bundles and runs measurements, all of them or one: `node scripts/bench.mjs [NAME] args…`. */
const all = readdirSync(BENCH)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
const [first, ...rest] = process.argv.slice(2)
const isNamed = first !== undefined && !first.startsWith('-')
if (isNamed && !all.includes(first)) {
  console.error(`There is: ${all.join(', ')}`)
  process.exit(2)
}
const names = isNamed ? [first] : all
const args = isNamed ? rest : process.argv.slice(2)
if (!args.includes('--help') && names.some((name) => OF_THE_BUILD.includes(name)))
  await run([path.join(ROOT, 'scripts/build.mjs'), '--if-stale'])
const folder = path.join(FOLDER, String(process.pid))
const programs = {
  ...Object.fromEntries(names.map((name) => [name, path.join(BENCH, `${name}.ts`)])),
  all: path.join(BENCH, 'lib/all.ts'),
  role: path.join(BENCH, 'check-in/role.ts'),
  // The thread of the archives lies beside its server, as in a build.
  'tools/slip-press': mainOf('slip-press'),
}
try {
  await bundle(programs, folder)
  await run([path.join(folder, 'all.mjs'), ...names, '--', ...args])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Ends with this program's own exit code where it fails. */
async function run(command) {
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const code = await new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1)))
  if (code === 0) return
  rmSync(path.join(FOLDER, String(process.pid)), { recursive: true, force: true })
  process.exit(code)
}

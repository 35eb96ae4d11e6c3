import { spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildClient } from './lib/client.mjs'
import { withBuildLock } from './lib/lock.mjs'
import { BUILD_RECORD, buildRecord, filesOf, OUTPUT, ROOT, sourceHash } from './lib/sources.mjs'
import { bundleTools, toolNames } from './lib/tools.mjs'
import { mendDependencies } from './mend-dependencies.mjs'

/**
 * `npm run build`: types, web server, tools, migrations, client, and last the record that says the build is whole.
 * `--if-stale` does nothing where `.output` was made of these very sources.
 */
async function build() {
  const hash = sourceHash()
  if (process.argv.includes('--if-stale') && buildRecord()?.sourceHash === hash) return
  // Who installs without scripts has not mended them.
  mendDependencies()
  // Of the sources alone: a test that does not compile stops no release.
  await run('types', 'typescript/bin/tsc', ['--noEmit', '-p', path.join(ROOT, 'tsconfig.build.json')])
  rmSync(BUILD_RECORD, { force: true })
  const said = await run('web server', 'vinxi/bin/cli.mjs', ['build'])
  refuseSilentErrors(said)
  refuseLostPages()
  rmSync(path.join(OUTPUT, 'tools'), { recursive: true, force: true })
  await bundleTools(toolNames(), path.join(OUTPUT, 'tools'))
  rmSync(path.join(OUTPUT, 'drizzle'), { recursive: true, force: true })
  cpSync(path.join(ROOT, 'drizzle'), path.join(OUTPUT, 'drizzle'), { recursive: true })
  copyFonts()
  console.log('Building: client …')
  await buildClient(path.join(OUTPUT, 'client'))
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  writeFileSync(BUILD_RECORD, `${JSON.stringify({ version, sourceHash: hash }, null, 2)}\n`)
  console.log(`Built psManager ${version} into .output`)
}

/** What receipts are set in: nothing that is read by its path is bundled. The licence wants to go with them. */
function copyFonts() {
  const from = path.dirname(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/package.json')))
  const folder = path.join(OUTPUT, 'fonts')
  rmSync(folder, { recursive: true, force: true })
  for (const file of ['ttf/DejaVuSansMono.ttf', 'ttf/DejaVuSansMono-Bold.ttf', 'LICENSE'])
    cpSync(path.join(from, file), path.join(folder, path.basename(file)))
}

const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const child of running) child.kill(signal)
    process.exitCode = 1
  })

/** Runs a package's program under this very Node and resolves with what it printed; shown only if it fails. */
function run(title, program, args) {
  console.log(`Building: ${title} …`)
  const file = path.join(ROOT, 'node_modules', program)
  const child = spawn(process.execPath, [HEAP_LIMIT, file, ...args], {
    cwd: ROOT,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (said += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      if (code === 0) return resolve(said)
      reject(
        new BuildError(`${said.trimEnd()}\nBuilding the ${title} failed (${signal ?? `exit code ${code}`}).`),
      )
    })
  })
}

/** Nitro takes its preset from variables of these everyday names; the build must be the same everywhere. */
function cleanEnvironment() {
  const { TARGET, PRESET, SERVER_PRESET, SERVER_TARGET, NITRO_PRESET, NITRO_TARGET, ...rest } = process.env
  return { ...rest, NODE_ENV: 'production' }
}

/** Left alone, V8 takes what a large machine offers; a build must fit into 3 GB. */
const HEAP_LIMIT = '--max-old-space-size=2500'

class BuildError extends Error {}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/** vinxi prints some errors and goes on without the file they are in, exit code 0. */
function refuseSilentErrors(said) {
  const bad = said
    .replaceAll(ESCAPES, '')
    .split('\n')
    .find((line) => SILENT_ERRORS.some((one) => one.test(line)))
  if (bad !== undefined)
    throw new BuildError(`${said.trimEnd()}\nThe web server's build went wrong: ${bad.trim()}`)
}

const SILENT_ERRORS = [/^\s*(?:\[?[\w:-]*\]?\s*)?(?:Error|ERROR|SyntaxError|Parse error)\b/, /✘|\[ERROR\]/]

/** Every page must have come through: a file that could not be parsed is left out in silence. */
function refuseLostPages() {
  const manifest = JSON.parse(
    readFileSync(path.join(ROOT, '.vinxi/build/client/_build/.vite/manifest.json'), 'utf8'),
  )
  const built = Object.keys(manifest).map((id) => id.split('?', 1)[0])
  const lost = filesOf('src/routes').filter((file) => file.endsWith('.tsx') && !built.includes(file))
  if (lost.length > 0) throw new BuildError(`The build lost these pages: ${lost.join(', ')}`)
}

try {
  if (!existsSync(path.join(ROOT, 'node_modules'))) throw new BuildError('Run `npm ci` first.')
  await withBuildLock(build)
} catch (error) {
  console.error(error instanceof BuildError ? error.message : error)
  process.exitCode = 1
}

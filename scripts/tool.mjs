import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildRecord, OUTPUT, ROOT, sourceHash } from './lib/sources.mjs'
import { bundleTools, mainOf } from './lib/tools.mjs'

const DAY_MS = 86_400_000

/**
 * Runs a command-line tool: `node scripts/tool.mjs NAME args…`. The built one where it is of these sources, else one
 * bundled on the spot and kept for the next time.
 */
const [name = '', ...args] = process.argv.slice(2)
process.env.NODE_ENV = 'production'
const file = await toolFile()
process.argv = [process.argv[0], file, ...args]
await import(pathToFileURL(file).href)

async function toolFile() {
  const built = path.join(OUTPUT, 'tools', `${name}.mjs`)
  const hasSources = existsSync(mainOf(name))
  if (!hasSources && !existsSync(built)) {
    console.error(`There is no tool named ${name || '(none)'}.`)
    process.exit(2)
  }
  const hash = hasSources ? sourceHash() : undefined
  if (existsSync(built) && (hash === undefined || buildRecord()?.sourceHash === hash)) return built
  const version = `${name}-${hash.slice(0, 16)}`
  const cache = cacheFolder()
  const cached = path.join(cache, version, `${name}.mjs`)
  if (existsSync(cached)) return cached
  dropOld(cache)
  // Moved into place whole: another call may look for it at this moment.
  const making = mkdtempSync(path.join(cache, '.making-'))
  await bundleTools([name], making)
  try {
    renameSync(making, path.join(cache, version))
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(cached)) throw error
  }
  return cached
}

/** A simulator may still run from a bundle of yesterday's sources. */
function dropOld(cache) {
  for (const entry of readdirSync(cache)) {
    const old = path.join(cache, entry)
    if (Date.now() - statSync(old).mtimeMs > DAY_MS) rmSync(old, { recursive: true, force: true })
  }
}

/** Below node_modules, so that packages looked up at run time (the database's programs) are found from there. */
function cacheFolder() {
  const folder = path.join(ROOT, 'node_modules/.cache/psmanager')
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    const temporary = mkdtempSync(path.join(tmpdir(), 'psmanager-'))
    process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
    return temporary
  }
}

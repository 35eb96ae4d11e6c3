import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = path.resolve(fileURLToPath(new URL('../..', import.meta.url)))
export const OUTPUT = path.join(ROOT, '.output')
/** Written last: where it is, a build is whole. */
export const BUILD_RECORD = path.join(OUTPUT, 'build.json')

/** What a build is made of. Tests, docs and git are not. */
const SOURCES = [
  'app.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'drizzle',
  'public',
  'scripts',
  'src',
]

/** SHA-256 over names and contents of all sources: two checkouts of the same text agree, whatever git or clocks say. */
export function sourceHash() {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((name) => filesOf(name))) {
    const bytes = readFileSync(path.join(ROOT, file))
    hash.update(`${file}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

/** Files at or below a path, relative to the root, in a fixed order. */
export function filesOf(name) {
  const start = path.join(ROOT, name)
  if (!existsSync(start)) return []
  const entries = readdirSyncOrFile(start)
  if (entries === undefined) return [name]
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesOf(path.posix.join(name, entry.name)))
}

function readdirSyncOrFile(start) {
  try {
    return readdirSync(start, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}

/** The record of the build in `.output`, or undefined where nothing whole was built. */
export function buildRecord() {
  try {
    return JSON.parse(readFileSync(BUILD_RECORD, 'utf8'))
  } catch {
    return undefined
  }
}

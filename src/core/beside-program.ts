import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The nearest of these files or folders above the code, else above the working directory; undefined where there is none.
 * Code runs from src, from the server bundle and from the tools' bundles, at other depths each. What may not be read
 * (Deno's permissions end at the program's folder) is not there.
 */
export function besideProgram(...candidates: readonly string[]): string | undefined {
  for (const start of [path.dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let folder = start; ; folder = path.dirname(folder)) {
      const found = candidates.map((one) => path.join(folder, one)).find(isThere)
      if (found !== undefined) return found
      if (path.dirname(folder) === folder) break
    }
  }
  return undefined
}

function isThere(file: string): boolean {
  try {
    return existsSync(file)
  } catch {
    return false
  }
}

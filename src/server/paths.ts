import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder of the SQL migrations. Code runs from src, from the server bundle and from the tools' bundles, at other
 * depths each; the folder is the nearest `drizzle` with a journal above the code, else above the working directory.
 */
export function migrationsFolder(): string {
  for (const start of [path.dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let folder = start; ; folder = path.dirname(folder)) {
      const candidate = path.join(folder, 'drizzle')
      if (existsSync(path.join(candidate, 'meta', '_journal.json'))) return candidate
      if (path.dirname(folder) === folder) break
    }
  }
  throw new Error('The folder of database migrations (drizzle/) was not found beside the program.')
}

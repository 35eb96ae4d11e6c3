import path from 'node:path'
import { besideProgram } from '../core/beside-program'

/** The folder of the SQL migrations: the nearest `drizzle` that has a journal. */
export function migrationsFolder(): string {
  const journal = besideProgram(path.join('drizzle', 'meta', '_journal.json'))
  if (journal !== undefined) return path.dirname(path.dirname(journal))
  throw new Error('The folder of database migrations (drizzle/) was not found beside the program.')
}

/** How psm is called here, in words for messages: by npm beside the sources, else by its own name (docs/deployment.md). */
export function psmCall(words: string): string {
  return besideProgram(path.join('scripts', 'tool.mjs')) === undefined
    ? `psm ${words}`
    : `npm run psm -- ${words}`
}

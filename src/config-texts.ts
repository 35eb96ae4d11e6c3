import { z } from 'zod'

import { SETTINGS } from './config'
import type { Rooms, Setting } from './config-values'

const ROOMS = Object.entries(SETTINGS as Rooms)

/** The text of `.env.example`. */
export function environmentExample(): string {
  const lines = [
    '# Made from src/config.ts by `npm run env:example`. Copy to .env and change what you need.',
    '',
  ]
  for (const [room, settings] of ROOMS) {
    lines.push(`# --- ${room}`)
    for (const one of Object.values(settings)) {
      const value = presetOf(one) ?? one.example ?? ''
      lines.push(`# ${one.doc}${one.isSecret ? ` Also as ${one.env}_FILE.` : ''}`, `#${one.env}=${value}`, '')
    }
  }
  return lines.join('\n')
}

/** What a setting is where nothing is said; undefined of nothing, and of a list of none. */
function presetOf(one: Setting<z.ZodType>): string | undefined {
  const { data } = one.schema.safeParse(undefined)
  return data === undefined || String(data) === '' ? undefined : String(data)
}

/** The table of settings in README.md, in Markdown. */
export function settingsTable(): string {
  const lines = ['| variable | default | meaning |', '|---|---|---|']
  for (const [, settings] of ROOMS)
    for (const one of Object.values(settings)) {
      const preset = presetOf(one)
      const value = preset === undefined ? '–' : `\`${preset}\``
      const example = one.example === undefined ? '' : ` Example: \`${one.example}\`.`
      const file = one.isSecret ? ` Also as \`${one.env}_FILE\`.` : ''
      lines.push(`| \`${one.env}\` | ${value} | ${one.doc}${example}${file} |`)
    }
  return lines.join('\n')
}

/** What each setting means, as the English dictionary has it: TypeScript. */
export function meaningsModule(): string {
  const lines = [
    '// Made from src/config.ts by `npm run env:example`.',
    '/** What each setting means, by its variable. */',
    'export const settingMeanings = {',
  ]
  for (const [, settings] of ROOMS)
    for (const one of Object.values(settings)) lines.push(`  ${one.env}: ${JSON.stringify(one.doc)},`)
  return [...lines, '} as const', ''].join('\n')
}

/**
 * The text of docs/configuration.md: each setting with what it takes, its default and its meaning.
 * @param titles what the page of settings calls each room
 */
export function configurationReference(titles: Readonly<Record<string, string>>): string {
  const lines = [REFERENCE_HEAD]
  for (const [room, settings] of ROOMS) {
    const all = Object.values(settings)
    lines.push('', `## ${titles[room]}`, '', ...all.map(({ env }) => `- [\`${env}\`](#${anchorOf(env)})`))
    for (const one of all) lines.push('', ...referenceOf(one))
  }
  return [...lines, ''].join('\n')
}

const anchorOf = (env: string) => env.toLowerCase()

function referenceOf(one: Setting<z.ZodType>): string[] {
  const preset = one.schema.safeParse(undefined)
  const value = preset.success && preset.data !== undefined ? `\`${String(preset.data)}\`` : undefined
  return [
    `### ${one.env}`,
    '',
    one.doc,
    '',
    `- Takes: ${takenBy(one.schema)}.`,
    `- Default: ${value ?? (one.isGenerated ? 'made at the first start and kept in `STORAGE_DIR/secrets`' : 'not set')}.`,
    ...(one.example === undefined ? [] : [`- Example: \`${one.env}=${one.example}\``]),
    ...(one.isSecret
      ? [`- Secret: never shown or logged; also as the path of a file in \`${one.env}_FILE\`.`]
      : []),
  ]
}

interface Shape {
  type?: string
  format?: string
  pattern?: string
  enum?: string[]
  items?: Shape
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

/** What a schema takes, in words: a range, the words of a closed set, a form. */
function takenBy(schema: z.ZodType): string {
  const shapeOf = (io: 'input' | 'output') => z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Shape
  const written = shapeOf('input')
  const parts = shapeOf('output').items?.enum
  const code = (words: readonly string[]) => words.map((word) => `\`${word}\``)
  if (parts !== undefined) return `some of ${code(parts).join(', ')}, parted by blanks or commas; or \`none\``
  if (written.enum !== undefined) return `one of ${code(written.enum).join(', ')}`
  if (written.minimum !== undefined)
    return `${written.type === 'integer' ? 'a whole number' : 'a number'} from ${written.minimum} to ${written.maximum}`
  if (written.format === 'uri') return 'a URL'
  if (written.format === 'email') return 'a mail address'
  if (written.pattern !== undefined) return 'text in the form of the example'
  const { minLength = 0, maxLength } = written
  const least = minLength > 1 ? ` of at least ${minLength} characters` : ''
  return maxLength === undefined
    ? `text${least}`
    : `text${least}${least === '' ? ' of' : ','} at most ${maxLength}${least === '' ? ' characters' : ''}`
}

const REFERENCE_HEAD = `# Configuration

<!-- Made from src/config.ts by \`npm run env:example\`. Change the sources, not this page. -->

Every setting of the server and of \`npm run psm\`. None has to be set: without any, the server listens on this machine alone, with a database and
a store for files of its own.

**Where settings are read from.** Environment variables; a file \`.env\` in the folder where the server is started fills in those that the environment
leaves open. An empty value counts as not set. They are read once, at the start: restart to put a change into force. *Administration › Settings* shows the
values in force and where each comes from.

**Secrets from files.** A setting that is a secret can be given as the path of a file instead, in the variable with \`_FILE\` at its end, as container engines
and systemd hand secrets over. Blanks and line ends around it do not count. To set both is a mistake.

**Mistakes.** A server with a mistake in its settings does not start. It names all of them at once, each with its variable and what it takes, never
the value of a secret.

**What goes together.**

- \`S3_BUCKET\` needs \`S3_ACCESS_KEY_ID\` and \`S3_SECRET_ACCESS_KEY\`; \`S3_ENDPOINT\` needs \`S3_BUCKET\`.
- \`S3_PUBLIC_ENDPOINT\` needs \`S3_BUCKET\`.
- \`DATABASE_OWNER_URL\`, \`DATABASE_DIRECT_URL\` and \`DATABASE_TLS\` need \`DATABASE_URL\`; all three URLs name the same database, and only
  \`DATABASE_URL\` may lead through a transaction pooler.
- \`DATABASE_CA_FILE\` needs \`DATABASE_TLS=verify-full\`.
- \`TERMINAL_PORT\` differs from \`PORT\`.
- What stops the server by force (\`stop_grace_period\`, \`TimeoutStopSec\`) waits longer than \`DRAIN_NOTICE_SECONDS\` + \`DRAIN_SECONDS\` + 30 s.
- \`SMTP_URL\` needs \`MAIL_FROM\` and \`PUBLIC_URL\`; a password in it forbids \`SMTP_TLS=none\` with \`smtp://\`.
- \`ESLIP_RETENTION_DAYS\` exceeds \`ESLIP_ARCHIVE_DAYS\`.
- **Several servers** with one database need the same \`DATABASE_URL\`, the same store (\`S3_BUCKET\`; with another one they do not start), the same \`AUTH_SECRET\` and the same
  \`KEY_WRAPPING_KEYS\` (*System health* tells where these differ), and should have all other settings alike. Limits of requests and of transfers at once count at each server.`

import type { z } from 'zod'
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

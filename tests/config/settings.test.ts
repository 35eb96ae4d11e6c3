import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ConfigurationError, readSettings, SETTINGS } from '../../src/config'
import { configurationReference, environmentExample } from '../../src/config-texts'
import { system } from '../../src/i18n/en/system'

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env)
    return []
  } catch (error) {
    return (error as ConfigurationError).mistakes
  }
}

describe('settings', () => {
  it('need nothing to be set', () => {
    const settings = readSettings({})
    expect(settings.http.port).toBe(3000)
    expect(settings.database.url).toBeUndefined()
    expect(path.isAbsolute(settings.storage.directory)).toBe(true)
  })

  it('name all mistakes at once, with the variable', () => {
    const mistakes = mistakesOf({ PORT: '70000', LOG_LEVEL: 'loud', S3_BUCKET: 'b', TRUST_PROXY: 'maybe' })
    expect(mistakes.map((one) => one.split(':')[0])).toEqual([
      'PORT',
      'TRUST_PROXY',
      'LOG_LEVEL',
      'S3_BUCKET is set',
    ])
  })

  it('take an empty value as not set', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: '' }).http.port).toBe(3000)
  })

  it('read secrets from files, and refuse two sources', () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'psm-settings-')), 'url')
    writeFileSync(file, 'postgres://psm@db/psm\n')
    expect(readSettings({ DATABASE_URL_FILE: file }).database.url).toBe('postgres://psm@db/psm')
    expect(mistakesOf({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://x/y' })[0]).toContain('both set')
    expect(mistakesOf({ DATABASE_URL_FILE: '/does/not/exist' })[0]).toContain('cannot be read')
  })

  it('never repeat a secret in a mistake', () => {
    expect(mistakesOf({ METRICS_TOKEN: 'hunter2', DATABASE_URL: 'mysql://u:secret@h/d' }).join()).not.toMatch(
      /hunter2|secret@h/,
    )
  })

  it('are documented in .env.example as the code has them', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(environmentExample())
  })
})

describe('docs/configuration.md', () => {
  const page = configurationReference(system.room)

  it('lies there as the code makes it; after a change: npm run env:example', () => {
    expect(readFileSync('docs/configuration.md', 'utf8') === page).toBe(true)
  })

  it('says of every setting what it takes, under a title that is a word', () => {
    const settings = Object.values(SETTINGS).flatMap((room) => Object.values(room).map(({ env }) => env))
    for (const env of settings)
      expect(page).toMatch(new RegExp(`### ${env}\n\n.+\n\n- Takes: .+\n- Default: `))
    expect(page).not.toContain('undefined')
  })

  it('says what is refused: ranges, words of a closed set, lengths', () => {
    expect(page).toMatch(/### PORT\n\n.+\n\n- Takes: a whole number from 0 to 65535\.\n- Default: `3000`\./)
    expect(page).toMatch(/### LOG_LEVEL\n\n.+\n\n- Takes: one of `debug`, `info`, /)
    expect(page).toMatch(/### SECOND_FACTOR_ROLES\n\n.+\n\n- Takes: some of `admin`, .+; or `none`\./)
    expect(page).toMatch(
      /### AUTH_SECRET\n\n.+\n\n- Takes: text of at least 32 characters, at most 500\.\n- Default: made /,
    )
  })

  it('names the rules about several settings at once that the server enforces', () => {
    const together: Record<string, string>[] = [
      { S3_BUCKET: 'b' },
      { S3_ENDPOINT: 'https://s3.example' },
      { PORT: '3000', TERMINAL_PORT: '3000' },
      { SMTP_URL: 'smtp://mail.example' },
      { ESLIP_RETENTION_DAYS: '90', ESLIP_ARCHIVE_DAYS: '90' },
    ]
    const rules = /\*\*What goes together\.\*\*[\s\S]*?\n## /.exec(page)?.[0] ?? ''
    for (const env of together) {
      const [mistake = ''] = mistakesOf(env)
      for (const [name] of mistake.matchAll(/\b[A-Z][A-Z0-9]+_[A-Z0-9_]+\b/g))
        expect(rules).toContain(`\`${name}\``)
      expect(mistake).not.toBe('')
    }
  })
})

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ConfigurationError, readSettings } from '../../src/config'
import { environmentExample } from '../../src/config/texts'

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

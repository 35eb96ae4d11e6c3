import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Configuration, readConfiguration } from '../../../src/config'
import { meaningsModule } from '../../../src/config-texts'
import { describeSettings, listSettings } from '../../../src/features/system/settings'
import { en } from '../../../src/i18n/en'
import { settingMeanings } from '../../../src/i18n/en/setting-meanings'
import { ru } from '../../../src/i18n/ru'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
const shown = ({ settings, sources }: Configuration) =>
  Object.fromEntries(describeSettings(settings, sources).map((one) => [one.variable, one]))

describe('settings in force', () => {
  it('say where each comes from', () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'psm-settings-')), 'token')
    writeFileSync(file, 'sixteen letters at least')
    const env = { PORT: '4000', HOST: '0.0.0.0', METRICS_TOKEN_FILE: file, LOG_LEVEL: '' }
    const settings = shown(readConfiguration(env, new Set(['HOST'])))
    expect(settings.PORT).toMatchObject({ source: 'environment', value: '4000', room: 'http' })
    expect(settings.HOST).toMatchObject({ source: 'env_file', value: '0.0.0.0' })
    expect(settings.METRICS_TOKEN).toMatchObject({ source: 'secret_file', isSet: true, value: null })
    expect(settings.AUTH_SECRET).toMatchObject({ source: 'generated', isSet: true, value: null })
    expect(settings.LOG_LEVEL).toMatchObject({ source: 'default', value: 'info' })
    expect(settings.DATABASE_URL).toMatchObject({ source: 'default', isSet: false, value: null })
  })

  it('never show a secret, nor a password in an address', () => {
    const secrets = {
      AUTH_SECRET: 'hush'.repeat(10),
      DATABASE_URL: 'postgres://psm:hush@db/psm',
      METRICS_TOKEN: 'hush'.repeat(5),
      S3_BUCKET: 'b',
      S3_ACCESS_KEY_ID: 'hush',
      S3_SECRET_ACCESS_KEY: 'hush',
      S3_ENDPOINT: 'https://somebody:hush@s3.example/',
    }
    const settings = shown(readConfiguration(secrets))
    expect(JSON.stringify(settings)).not.toContain('hush')
    expect(settings.S3_ENDPOINT).toMatchObject({ value: 'https://s3.example/' })
    expect(settings.DATABASE_URL).toMatchObject({ isSet: true, source: 'environment' })
  })

  it('are for administrators, auditors and keys with the scope, and for nobody with limits', async () => {
    const services = await makeServices(database)
    for (const actor of [operator('admin'), operator('auditor'), integrator('system:read')])
      expect((await listSettings(makeCtx(services, actor), {})).items.length).toBeGreaterThan(50)
    for (const actor of [operator('operator'), operator('viewer'), integrator('terminals:read')])
      await expect(listSettings(makeCtx(services, actor), {})).rejects.toMatchObject({ kind: 'forbidden' })
    const limited = { ...limitedOperator({}), role: 'admin' } as const
    await expect(listSettings(makeCtx(services, limited), {})).rejects.toMatchObject({
      code: 'system_beyond_limits',
    })
  })

  it('mean something in both languages', () => {
    const { settings, sources } = readConfiguration({})
    const all = describeSettings(settings, sources)
    expect(settingMeanings).toEqual(Object.fromEntries(all.map((one) => [one.variable, one.meaning])))
    expect(meaningsModule()).toContain('export const settingMeanings')
    for (const words of [en, ru]) {
      expect(Object.keys(words.system.settings.meaning)).toEqual(all.map(({ variable }) => variable))
      expect(Object.keys(words.system.room)).toEqual([...new Set(all.map(({ room }) => room))])
    }
  })
})

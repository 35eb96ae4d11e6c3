import { describe, expect, it } from 'vitest'
import { type ConfigurationError, readSettings } from '../../src/config'
import { parsePostgresUrl } from '../../src/config-urls'

function mistakesOf(env: Record<string, string>): string {
  try {
    readSettings(env)
    return ''
  } catch (error) {
    return (error as ConfigurationError).mistakes.join('\n')
  }
}

const WRITTEN = /^DATABASE_URL: cannot be read: .*% as %25, # as %23, \/ as %2F/
const url = (DATABASE_URL: string) => ({ DATABASE_URL })

describe('settings that cannot be right are refused with their variable and what to do', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['a # in a password', url('postgres://psm_app:pa#ss@db/psm'), WRITTEN],
    ['a / in a password', url('postgres://psm_app:pa/ss@db/psm'), WRITTEN],
    ['a ? in a password', url('postgres://psm_app:pa?ss@db/psm'), /cannot be read: .*\? as %3F/],
    ['a [ in a password', url('postgres://psm_app:pa[ss/@db/psm'), WRITTEN],
    ['a % in a password', url('postgres://psm_app:p%zz@db/psm'), WRITTEN],
    ['a % in a user name', url('postgres://psm%app:secret@db/psm'), WRITTEN],
    ['a @ in a password and several hosts', url('postgres://psm_app:p@ss@h1,h2/psm'), WRITTEN],
    ['a port that is none', url('postgres://psm_app:secret@db:70000/psm'), /hosts are host or host:port/],
    ['a second port that is none', url('postgres://u:p@h1:5432,h2:x/psm'), /hosts are host or host:port/],
    ['no host', url('postgres://'), /^DATABASE_URL: must name a host/],
    ['no host before a database', url('postgres:///psm'), /^DATABASE_URL: must name a host/],
    ['a user and no host', url('postgres://psm_app:secret@/psm'), /^DATABASE_URL: must name a host/],
    ['another database', url('mysql://db/psm'), /^DATABASE_URL: must start with postgres:\/\//],
    [
      'the owner alike',
      { ...url('postgres://db/psm'), DATABASE_OWNER_URL: 'postgres://psm_owner:a#b@db/psm' },
      /^DATABASE_OWNER_URL: cannot be read/,
    ],
    ['an owner without DATABASE_URL', { DATABASE_OWNER_URL: 'postgres://db/psm' }, /DATABASE_URL is needed/],
    ['a way past nothing', { DATABASE_DIRECT_URL: 'postgres://db/psm' }, /DATABASE_URL is needed too/],
    [
      'TLS towards nothing',
      { DATABASE_TLS: 'verify-full' },
      /^DATABASE_TLS is set: DATABASE_URL is needed too/,
    ],
    [
      'a store without protocol',
      { S3_ENDPOINT: 'localhost:8080', S3_BUCKET: 'b', S3_ACCESS_KEY_ID: 'k', S3_SECRET_ACCESS_KEY: 's' },
      /^S3_ENDPOINT: must start with https:\/\/ or http:\/\/ \(for example https:\/\/s3\.example\)/,
    ],
  ])('%s', (_, env, said) => {
    const mistakes = mistakesOf(env)
    expect(mistakes).toMatch(said)
    expect(mistakes.replaceAll(/\(for example .*?\)/g, '')).not.toMatch(/ss@|secret@|zz|a#b/)
  })
})

describe('a URL of a PostgreSQL', () => {
  it.each([
    ['postgres://u:p@h/psm', { user: 'u', hosts: ['h'], database: 'psm' }],
    ['postgresql://u:p@h:5433/psm?sslmode=require', { user: 'u', hosts: ['h:5433'], database: 'psm' }],
    ['postgres://u:p@h1,h2/psm', { user: 'u', hosts: ['h1', 'h2'], database: 'psm' }],
    ['postgres://u:p@h1:5432,h2:5433/psm', { user: 'u', hosts: ['h1:5432', 'h2:5433'], database: 'psm' }],
    ['postgres://u:p@[::1]:5432/psm', { user: 'u', hosts: ['[::1]:5432'], database: 'psm' }],
    ['postgres://a%40b:p%23%2F%25@h/psm', { user: 'a@b', hosts: ['h'], database: 'psm' }],
    ['postgres://u:p@ss@h/psm', { user: 'u', hosts: ['h'], database: 'psm' }],
    ['postgres://u@h/psm?application_name=a@b', { user: 'u', hosts: ['h'], database: 'psm' }],
    ['postgres://h', { user: undefined, hosts: ['h'], database: '' }],
  ])('%s is taken apart', (written, parts) => {
    expect(parsePostgresUrl(written)).toEqual(parts)
    expect(readSettings({ DATABASE_URL: written }).database.url).toBe(written)
  })
})

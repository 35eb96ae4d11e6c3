import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../../src/config'
import { createLogger } from '../../src/core/log'
import { connect, type UrlTarget } from '../../src/db/client'
import { prepareDatabase } from '../../src/server/backing'
import { OTHER_POSTGRES, startTcpPostgres, type TcpPostgres } from '../support/tcp-postgres'

const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-test-tls-'))
const file = (name: string) => path.join(folder, name)
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const silent = createLogger({ level: 'silent' })

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' })
}

/** A throw-away authority. */
function makeAuthority(name: string): void {
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-nodes']
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-keyout',
    file(`${name}.key`),
    '-out',
    file(`${name}.pem`),
    ...subject,
  )
}

function makeCertificate(name: string, authority: string, names: string): void {
  const request = ['-newkey', 'rsa:2048', '-nodes', '-keyout', file(`${name}.key`), '-subj', `/CN=${name}`]
  openssl('req', ...request, '-out', file(`${name}.csr`))
  writeFileSync(file(`${name}.ext`), `subjectAltName=${names}\n`)
  const by = [
    '-CA',
    file(`${authority}.pem`),
    '-CAkey',
    file(`${authority}.key`),
    '-CAcreateserial',
    '-days',
    '2',
  ]
  openssl(
    'x509',
    '-req',
    '-in',
    file(`${name}.csr`),
    ...by,
    '-extfile',
    file(`${name}.ext`),
    '-out',
    file(`${name}.pem`),
  )
  chmodSync(file(`${name}.key`), 0o600)
}

describe.skipIf(!hasOpenssl)('a PostgreSQL behind TLS (skipped without openssl)', { timeout: 60_000 }, () => {
  let server: TcpPostgres
  let plain: TcpPostgres
  beforeAll(async () => {
    makeAuthority('authority')
    makeAuthority('stranger')
    makeCertificate('localhost', 'authority', 'DNS:localhost')
    makeCertificate('addressed', 'authority', 'IP:127.0.0.1')
    const start = (name: string, hba: string) =>
      startTcpPostgres(OTHER_POSTGRES, {
        settings: { ssl: 'on', ssl_cert_file: file(`${name}.pem`), ssl_key_file: file(`${name}.key`) },
        hba,
      })
    server = await start('localhost', 'hostssl all psm_owner,psm_app all scram-sha-256')
    plain = await startTcpPostgres(OTHER_POSTGRES)
  }, 60_000)
  afterAll(async () => {
    await server?.stop()
    await plain?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const envOf = (more: Record<string, string>, of = server, host = 'localhost') => ({
    STORAGE_DIR: file('storage'),
    DATABASE_URL: of.urlOf('psm_app', 'psm', host),
    DATABASE_OWNER_URL: of.urlOf('psm_owner', 'psm', host),
    ...more,
  })
  const prepare = (...given: Parameters<typeof envOf>) =>
    prepareDatabase(readSettings(envOf(...given)), 'server', silent)
  const authority = { DATABASE_TLS: 'verify-full', DATABASE_CA_FILE: file('authority.pem') }

  it('is used where its certificate is for that host and of the authority that is named', async () => {
    const { app } = await prepare(authority)
    const sql = connect(app, { max: 1, applicationName: 'psm-test', statementTimeoutMs: 30_000 })
    expect(await sql`select version from pg_stat_ssl where pid = pg_backend_pid() and ssl`).toHaveLength(1)
    expect(await sql`select count(*)::int as count from terminals`).toEqual([{ count: 0 }])
    await sql.end()
  })

  it('is used encrypted, whoever it is, where that is said', async () => {
    const { app } = await prepare({ DATABASE_TLS: 'require' })
    const sql = connect(app, { max: 1, applicationName: 'psm-test' })
    expect(await sql`select 1 from pg_stat_ssl where pid = pg_backend_pid() and ssl`).toHaveLength(1)
    await sql.end()
  })

  it.each([
    [
      'another host',
      { ...authority },
      '127.0.0.1',
      /DATABASE_URL: the certificate of 127\.0\.0\.1:\d+ is not for that name.*name the host/,
    ],
    [
      'another authority',
      { ...authority, DATABASE_CA_FILE: file('stranger.pem') },
      'localhost',
      /is of no authority that is trusted here.*DATABASE_CA_FILE/,
    ],
    [
      'an authority that nobody knows',
      { DATABASE_TLS: 'verify-full' },
      'localhost',
      /is of no authority that is trusted here.*DATABASE_CA_FILE/,
    ],
    [
      'no encryption',
      { DATABASE_TLS: 'disable' },
      'localhost',
      /takes encrypted connections only.*DATABASE_TLS=verify-full/,
    ],
  ])('is refused with what to do about it: %s', async (_, more, host, why) => {
    await expect(prepare(more, server, host)).rejects.toMatchObject({
      code: 'database_unreachable',
      message: expect.stringMatching(why),
    })
  })

  it.each(['require', 'verify-full'])(
    'that offers none is refused, and is sent nothing in the clear: %s',
    async (tls) => {
      await expect(prepare({ DATABASE_TLS: tls }, plain)).rejects.toMatchObject({
        code: 'database_unreachable',
        message: expect.stringMatching(/offers no TLS.*ssl = on.*DATABASE_TLS=disable/),
      })
      expect(await plain.admin`select 1 from pg_stat_activity where usename = 'psm_app'`).toEqual([])
    },
  )

  it('is known by its address where the certificate names that', async () => {
    const addressed = await startTcpPostgres(OTHER_POSTGRES, {
      settings: { ssl: 'on', ssl_cert_file: file('addressed.pem'), ssl_key_file: file('addressed.key') },
    })
    try {
      const target = (host: string): UrlTarget => ({
        url: addressed.urlOf('psm_app', 'postgres', host),
        tls: 'verify-full',
        ca: readFileSync(file('authority.pem'), 'utf8'),
      })
      for (const [host, isRight] of [
        ['127.0.0.1', true],
        ['localhost', false],
      ] as const) {
        const sql = connect(target(host), { max: 1, applicationName: 'psm-test' })
        const asked = sql`select 1 as one`
        if (isRight) expect(await asked).toEqual([{ one: 1 }])
        else await expect(asked).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
        await sql.end()
      }
    } finally {
      await addressed.stop()
    }
  })

  it('may take its time over what a command of psm asks, and is hung up on by requests when it falls silent', async () => {
    const target: UrlTarget = {
      url: server.urlOf('psm_app', 'psm', 'localhost'),
      tls: 'verify-full',
      ca: readFileSync(file('authority.pem'), 'utf8'),
    }
    const patient = connect(target, { max: 1, applicationName: 'psm-test' })
    expect(await patient`select 1 as one from pg_sleep(7)`).toEqual([{ one: 1 }])
    await patient.end()
    // A statement may take 1 s, its answer 5 s more; a server that never answers is let go of.
    const limited = connect(target, { max: 1, applicationName: 'psm-test', statementTimeoutMs: 1_000 })
    await limited`select 1`
    await expect(limited`set statement_timeout = 0; select pg_sleep(60)`.simple()).rejects.toMatchObject({
      code: expect.stringMatching(/CONNECTION_CLOSED|ECONNRESET/),
    })
    await limited.end({ timeout: 0 })
  })

  it.each([
    [
      'a file that is not there',
      { DATABASE_TLS: 'verify-full', DATABASE_CA_FILE: '/nowhere.pem' },
      /DATABASE_CA_FILE: \/nowhere\.pem cannot be read \(ENOENT\)/,
    ],
    [
      'a file without a certificate',
      { DATABASE_TLS: 'verify-full', DATABASE_CA_FILE: file('localhost.ext') },
      /no certificate in PEM form/,
    ],
    [
      'certificates that nobody looks at',
      { DATABASE_TLS: 'require', DATABASE_CA_FILE: file('authority.pem') },
      /DATABASE_TLS must be verify-full/,
    ],
  ])('is not asked with settings that cannot be meant: %s', async (_, more, why) => {
    await expect((async () => prepare(more))()).rejects.toMatchObject({
      code: 'bad_settings',
      message: expect.stringMatching(why),
    })
  })
})

describe('a PostgreSQL that does not take us', { timeout: 60_000 }, () => {
  it.each([
    [
      'nobody there',
      'postgres://psm_app:secret@127.0.0.1:1/psm',
      /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/,
    ],
    [
      'no such host',
      'postgres://psm_app:secret@nowhere.invalid/psm',
      /nowhere\.invalid cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/,
    ],
  ])('is told in one line, with its setting and without a password: %s', async (_, url, why) => {
    const settings = readSettings({ STORAGE_DIR: file('storage'), DATABASE_URL: url })
    const refused = prepareDatabase(settings, 'server', silent)
    await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(why) })
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('secret') })
  })
})

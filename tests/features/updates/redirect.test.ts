import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBlobStore } from '../../../src/blobs/open'
import { newId } from '../../../src/core/ids'
import { issueEnrollmentCode, registerTerminal } from '../../../src/features/terminals'
import { FakeTerminal } from '../../../src/tools/simulator/terminal'
import { useTestDatabase } from '../../support/postgres'
import { missingForS3, type S3Server, startS3 } from '../../support/s3'
import { makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'

const database = useTestDatabase()
const bytes = randomBytes(300_000)
const sha256 = createHash('sha256').update(bytes).digest('hex')

describe.skipIf(missingForS3() !== undefined)('a file of an update that lies in S3', () => {
  let s3: S3Server
  let door: OpenDoor
  let token: string
  let strange: string
  let serial: string

  beforeAll(async () => {
    s3 = await startS3()
    const blobs = await openBlobStore({ kind: 's3', ...s3.settings })
    const services = await makeServices(database, { blobs })
    door = await openTerminalDoor(database, services)
    const { key } = await blobs.putContent(Readable.from([bytes]), { maxBytes: bytes.length })
    const packageId = newId()
    await database.sql`
      insert into packages (id, platform, component, version, kind, file_count, size_bytes, created_by, created_at)
      values (${packageId}, 'wiseasy-wpos3', 'system', '2', 'android-ota', 1, ${bytes.length}, 'test', now())`
    await database.sql`
      insert into package_files (package_id, position, name, target, sha256, size_bytes, blob_key)
      values (${packageId}, 0, 'update.zip', '', ${sha256}, ${bytes.length}, ${key})`
    const me = makeCtx(services, operator())
    const enroll = async (name: string) => {
      const { id } = await registerTerminal(me, { serial: name, platform: 'wiseasy-wpos3' })
      const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [name] })
      const persona = { serial: name, platform: 'wiseasy-wpos3' as const, token: undefined }
      const terminal = new FakeTerminal(door.client, persona)
      await terminal.enroll(enrollmentCode)
      return { id, token: terminal.token ?? '' }
    }
    serial = 'S3-1'
    const [mine, other] = [await enroll(serial), await enroll('S3-2')]
    token = mine.token
    strange = other.token
    const body = JSON.stringify({ files: [{ sha256, size: bytes.length }], when: {} })
    await database.sql`
      insert into terminal_actions (id, terminal_id, kind, subject_id, body, offered_at, state_at)
      values (${newId()}, ${mine.id}, 'update', ${newId()}, ${body}::text::jsonb, now(), now())`
  }, 180_000)
  afterAll(async () => {
    await door?.close()
    await s3?.stop()
  })

  const ask = (by: string, headers: Record<string, string> = {}) =>
    fetch(`${door.url}/terminal/v1/files/${sha256}`, {
      headers: { Authorization: `Bearer ${by}`, ...headers },
      redirect: 'manual',
    })
  const allowRedirect = (isAllowed: boolean) =>
    database.sql`update terminals set may_redirect = ${isAllowed} where serial = ${serial}`
  const bodyOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

  it('comes through the server where the profile says nothing else, whole or from a byte on', async () => {
    await allowRedirect(false)
    expect((await bodyOf(await ask(token))).equals(bytes)).toBe(true)
    const rest = await ask(token, { Range: 'bytes=299990-' })
    expect([rest.status, (await bodyOf(rest)).equals(bytes.subarray(299_990))]).toEqual([206, true])
  })

  it('is fetched at a presigned address where the profile allows it, which goes on from a byte too', async () => {
    await allowRedirect(true)
    const answer = await ask(token)
    expect(answer.status).toBe(307)
    const address = answer.headers.get('location') ?? ''
    expect(new URL(address).origin).toBe(new URL(s3.settings.endpoint ?? '').origin)
    expect((await bodyOf(await fetch(address))).equals(bytes)).toBe(true)
    const rest = await fetch(address, { headers: { Range: 'bytes=100-199' } })
    expect([rest.status, (await bodyOf(rest)).equals(bytes.subarray(100, 200))]).toEqual([206, true])
  })

  it('is not there for another terminal', async () => {
    await database.sql`update terminals set may_redirect = true`
    expect((await ask(strange)).status).toBe(404)
  })
})

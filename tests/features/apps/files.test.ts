import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { deleteAppVersion } from '../../../src/features/apps/catalog/service/change'
import { issueEnrollmentCode } from '../../../src/features/terminals/service/codes'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { makeApk } from '../../../src/tools/apk-maker/apk'
import { FakeTerminal } from '../../../src/tools/simulator/terminal'
import { useTestDatabase } from '../../support/postgres'
import { makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'
import { maker, takeIn } from './support'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let me: Ctx
let terminals = 0

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
})
afterAll(() => open.close())

async function newTerminal() {
  const serial = `APK-${++terminals}`
  const { id } = await registerTerminal(me, { serial, platform: 'feitian-f20' })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [serial] })
  const terminal = new FakeTerminal(open.client, { serial, platform: 'feitian-f20', token: undefined })
  await terminal.enroll(enrollmentCode)
  return { id, token: terminal.token ?? '' }
}

const bytes = makeApk(
  { more: [{ path: 'assets/large', bytes: randomBytes(200_000), isStored: true }] },
  maker,
)

/** An action as the planner of applications writes it. */
async function offer(terminalId: string, { sha256, sizeBytes }: { sha256: string; sizeBytes: number }) {
  const url = `/terminal/v1/files/${sha256}`
  const install = [{ package: 'com.example.loyalty', versionCode: 41, sha256, size: sizeBytes, url }]
  await database.sql`insert into terminal_actions (id, terminal_id, kind, subject_id, body, offered_at, state_at)
    values (${newId()}, ${terminalId}, 'apps', ${newId()}, ${database.sql.json({ install, remove: [] })}, now(), now())`
}

describe('an APK', () => {
  it('is fetched by ranges by a terminal that was offered it, byte for byte, and by no other', async () => {
    const { version } = await takeIn(me, {}, bytes)
    const [terminal, other] = [await newTerminal(), await newTerminal()]
    await offer(terminal.id, version)
    const fetchFile = (token: string, headers: Record<string, string> = {}) =>
      open.client.send({ method: 'GET', path: `/terminal/v1/files/${version.sha256}`, token, headers })
    const half = Math.floor(bytes.length / 2)
    const first = await fetchFile(terminal.token, { Range: `bytes=0-${half - 1}` })
    const etag = String(first.headers.etag)
    const rest = await fetchFile(terminal.token, { Range: `bytes=${half}-`, 'If-Range': etag })
    expect([first.status, rest.status, etag]).toEqual([206, 206, `"${version.sha256}"`])
    expect(Buffer.concat([first.body, rest.body]).equals(bytes)).toBe(true)
    const refused = await fetchFile(other.token)
    expect([refused.status, refused.json<{ code: string }>().code]).toEqual([404, 'file_not_offered'])
    await deleteAppVersion(me, { versionId: version.id })
    expect((await fetchFile(terminal.token)).status, 'it is deleted').toBe(404)
  })
})

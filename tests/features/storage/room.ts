import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { randomKey } from '../../../src/blobs/keys'
import type { Ctx } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { connect } from '../../../src/db/client'
import { depositKeys } from '../../../src/features/keys/deposits/deposit'
import { importLicence } from '../../../src/features/licenses/service/import'
import { codingOf } from '../../../src/features/monitoring/ecr-logs/decode'
import { keepLog } from '../../../src/features/monitoring/ecr-logs/store'
import { registerTerminal } from '../../../src/features/terminals'
import { createUpload } from '../../../src/features/uploads/service/announce'
import { receivePart } from '../../../src/features/uploads/service/parts'
import { noise } from '../../blobs/sources'
import type { TestDatabase } from '../../support/postgres'
import { job, makeCtx, operator } from '../../support/services'

export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const chunks = (bytes: Uint8Array) => Readable.from([bytes])

/** One blob of each kind that is kept, two of archives, all about terminal BLOB-1; each by what needs it. */
export async function keepOneOfEach(
  database: TestDatabase,
  ctx: Ctx,
): Promise<
  Record<
    | 'license'
    | 'key-file'
    | 'package-file'
    | 'app-version'
    | 'stored-file'
    | 'upload-part'
    | 'ecr-log'
    | 'eslip-archive'
    | 'eslip-manifest',
    string
  >
> {
  const { sql, blobs } = ctx
  const serial = 'BLOB-1'
  const { id: terminalId } = await registerTerminal(ctx, { serial, platform: 'other' })
  await importLicence(ctx, {
    fileName: 'one.json',
    bytes: Buffer.from(JSON.stringify({ serial, platform: 'other', licId: 'LIC-BLOB' })),
  })
  await depositKeys({ ...ctx, actor: job() }, { serial, sequence: 7, bytes: Buffer.from('opaque') })
  await keepLog(
    ctx,
    { terminalId, name: 'till.log', coding: codingOf(undefined, undefined), from: null, to: null },
    (async function* () {
      yield Buffer.from('10:00:00 SALE 100')
    })(),
    () => 17,
  )
  const me = makeCtx(ctx, operator())
  const { uploadId } = await createUpload(me, { fileName: 'big.zip', sizeBytes: 6 })
  await receivePart(me, { uploadId, index: 0 }, chunks(Buffer.from('a part')))

  const put = async (room: string, bytes: Buffer) => {
    const { key, sha256 } = await blobs.put(randomKey(room), chunks(bytes), { maxBytes: bytes.length })
    return { key, sha256, size: bytes.length }
  }
  const [packaged, app, waiting] = [
    await put('files', noise(20_000_000, 5)),
    await put('files', noise(70_000, 6)),
    await put('files', noise(500, 7)),
  ]
  const packageId = newId()
  await sql`
    insert into packages (id, platform, component, version, kind, file_count, size_bytes, created_by, created_at)
    values (${packageId}, 'wiseasy-wpos3', 'system', '2.7.0', 'android-ota', 1, ${packaged.size}, 'test', now())`
  await sql`
    insert into package_files (package_id, position, name, target, sha256, size_bytes, blob_key)
    values (${packageId}, 0, 'update.zip', '', ${packaged.sha256}, ${packaged.size}, ${packaged.key})`
  const appId = newId()
  await sql`insert into apps (id, package, created_by, created_at) values (${appId}, 'com.example.blob', 'test', now())`
  await sql`
    insert into app_versions (id, app_id, version_code, label, min_sdk, target_sdk, signers, signature, is_debuggable,
      is_test_only, file_name, sha256, size_bytes, blob_key, created_by, created_at)
    values (${newId()}, ${appId}, 41, 'Blob', 1, 1, '{}', '{}', false, false, 'a.apk', ${app.sha256}, ${app.size},
      ${app.key}, 'test', now())`
  for (const { key, sha256, size } of [packaged, app, waiting])
    await sql`
      insert into stored_files (blob_key, state, content_id, size_bytes, sha256, state_at)
      values (${key}, 'kept', ${key}, ${size}, ${sha256}, now())`

  const archive = await put('eslips', noise(30_000, 8))
  const manifest = Buffer.from('{"day":"2026-01-01"}')
  const beside = await put('eslips', manifest)
  const owner = connect(database.owner, { max: 1, applicationName: 'psm-test-storage' })
  await owner`
    insert into eslip_archives (number, day, blob_key, manifest_key, rows, size_bytes, sha256, min_seq, max_seq, min_filed_at,
      max_filed_at, schema_version, totals, merchant_ids, written_at, manifest, previous_hash, hash)
    values (1, '2026-01-01', ${archive.key}, ${beside.key}, 1, ${archive.size}, ${archive.sha256}, 1, 1, now(), now(), 1,
      '[]', '{}', now(), ${manifest.toString()}, '', ${beside.sha256})`
  await owner.end()
  const named = await sql<{ kind: string; key: string }[]>`
    select kind, blob_key as key from named_blobs where is_kept`
  return Object.fromEntries(named.map(({ kind, key }) => [kind, key])) as never
}

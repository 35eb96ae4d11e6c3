import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import http, { type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  ListMultipartUploadsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BlobStore } from '../../src/blobs/blob-store'
import { randomKey } from '../../src/blobs/keys'
import { openBlobStore } from '../../src/blobs/open'
import { S3_LIMITS, type S3Settings } from '../../src/blobs/s3/client'
import { openS3Store } from '../../src/blobs/s3/store'
import type { Settings } from '../../src/config'
import { createLogger } from '../../src/core/log'
import { warnOfStore } from '../../src/server/store-warning'
import { type Fault, type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy'
import { canStandBetween, emptyBucket, missingForS3 } from '../support/s3'
import { describeBlobStore } from './contract'
import { buildWriter, killWriter } from './killed'
import { chunksOf, collect, LARGE_BYTES, MIB, noise, sha256, stallingStream } from './sources'

const missing = missingForS3()
if (missing !== undefined) process.stderr.write(`${missing}\n`)

const ROOMY = { maxBytes: 64 * MIB }

describe.skipIf(missing !== undefined)('the S3 store', () => {
  let settings: S3Settings
  let store: BlobStore
  let client: S3Client
  beforeAll(async () => {
    settings = await emptyBucket()
    store = await openBlobStore({ kind: 's3', ...settings })
    const { endpoint, region, accessKeyId, secretAccessKey } = settings
    client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    })
  }, 180_000)
  afterAll(() => client?.destroy())

  describeBlobStore({ open: async () => store, isExclusive: false, propertyRuns: 25 })

  it('works with the checksums of the library switched on too', async () => {
    const checking = await openBlobStore({ kind: 's3', ...settings, checksums: 'when_supported' })
    for (const bytes of [noise(1_000, 41), noise(LARGE_BYTES, 41)]) {
      const { key } = await checking.putContent(chunksOf(bytes), ROOMY)
      expect((await collect((await checking.open(key)).stream)).equals(bytes)).toBe(true)
    }
  })

  it('leaves alone what others keep in the bucket, however old', async () => {
    const theirs = { Bucket: settings.bucket, Key: 'backups/2026.tar' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(theirs))
    await client.send(new PutObjectCommand({ Bucket: settings.bucket, Key: 'incoming/mail', Body: 'x' }))
    expect(await store.sweepIncoming(0)).toBe(0)
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: settings.bucket }))
    expect(Uploads?.map((one) => one.Key)).toEqual([theirs.Key])
    await client.send(new AbortMultipartUploadCommand({ ...theirs, UploadId }))
  })

  it('sweeps every page of leftovers, but only what is old enough', async () => {
    const Bucket = settings.bucket
    for (let count = 0; count < 5; count++) {
      const key = randomKey('dead')
      await client.send(new CreateMultipartUploadCommand({ Bucket, Key: key }))
      const id = key.slice('dead/ab/'.length)
      await client.send(new PutObjectCommand({ Bucket, Key: `incoming/${id}`, Body: 'x' }))
    }
    const turning = await openS3Store(settings, { ...S3_LIMITS, pageSize: 2 })
    expect(await turning.sweepIncoming(3_600_000)).toBe(0)
    expect(await turning.sweepIncoming(0)).toBe(10)
    expect(await store.sweepIncoming(0)).toBe(0)
  })

  it('serves new callers while many readers hold their connections', async () => {
    const { key } = await store.putContent(chunksOf(noise(2 * MIB, 51)), ROOMY)
    const readers = await Promise.all(Array.from({ length: 60 }, () => store.open(key)))
    expect(await store.head(key)).toEqual({ sizeBytes: 2 * MIB })
    for (const { stream } of readers) stream.destroy()
  })

  it('says which of its settings is wrong', async () => {
    const bucketless = await openBlobStore({ kind: 's3', ...settings, bucket: 'psm-nobody-made-this' })
    const isMissing = { code: 'blob_bucket_missing', kind: 'unavailable' }
    const key = randomKey('lost')
    await expect(bucketless.check()).rejects.toMatchObject(isMissing)
    await expect(bucketless.put(key, chunksOf(noise(10)), ROOMY)).rejects.toMatchObject(isMissing)
    await expect(bucketless.putContent(chunksOf(noise(LARGE_BYTES)), ROOMY)).rejects.toMatchObject(isMissing)
    await expect(bucketless.open(key)).rejects.toMatchObject(isMissing)
    await expect(bucketless.head(key)).rejects.toMatchObject(isMissing)
    await expect(bucketless.delete(key)).rejects.toMatchObject(isMissing)
    await expect(bucketless.sweepIncoming(0)).rejects.toMatchObject(isMissing)
    const unknown = await openBlobStore({ kind: 's3', ...settings, secretAccessKey: 'wrong' })
    await expect(unknown.check()).rejects.toMatchObject({
      code: 'blob_store_denied',
      details: { values: { reason: 'SignatureDoesNotMatch' } },
    })
    const nobody = await openBlobStore({ kind: 's3', ...settings, accessKeyId: 'NOBODY' })
    await expect(nobody.check()).rejects.toMatchObject({
      code: 'blob_store_denied',
      details: { values: { reason: 'InvalidAccessKeyId' } },
    })
    const away = await openBlobStore({ kind: 's3', ...settings, endpoint: 'http://127.0.0.1:1' })
    await expect(away.check()).rejects.toMatchObject({
      code: 'blob_store_unreachable',
      details: { values: { reason: 'ECONNREFUSED' } },
    })
    const source = stallingStream(noise(10))
    await expect(unknown.put(key, source, ROOMY)).rejects.toMatchObject({ code: 'blob_store_failed' })
    expect(source.destroyed).toBe(true)
  })

  it('says of a key that may only read that nothing can be put', async () => {
    const own = await emptyBucket()
    const Bucket = own.bucket
    await (await openBlobStore({ kind: 's3', ...own })).checkWrites()
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const reading = await openBlobStore({ kind: 's3', ...own })
    await reading.check()
    const isDenied = { code: 'blob_store_denied', details: { values: { reason: 'AccessDenied' } } }
    await expect(reading.checkWrites()).rejects.toMatchObject(isDenied)
    await expect(reading.putContent(chunksOf(noise(10)), ROOMY)).rejects.toMatchObject({
      code: 'blob_store_failed',
      details: { values: { reason: 'AccessDenied' } },
    })
    const lines: string[] = []
    const log = createLogger({ level: 'warn', stream: { write: (line) => lines.push(line) } })
    await warnOfStore(reading, 's3', { s3: own } as unknown as Settings, log, async () => {})
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        event: 'blob_store_not_usable',
        ...{ failure: 'blob_store_denied', reason: 'AccessDenied', mayBeRead: true, bucket: Bucket },
        settings: expect.stringContaining('S3_SECRET_ACCESS_KEY'),
      },
    ])
    await client.send(new DeleteBucketPolicyCommand({ Bucket }))
    const again = await openBlobStore({ kind: 's3', ...own })
    await again.checkWrites()
    expect(await again.sweepIncoming(0)).toBe(0)
  })

  it('removes the parts of an upload whose process was killed', async () => {
    const scratch = mkdtempSync(path.join(os.tmpdir(), 'psm-test-s3-writer-'))
    try {
      for (const name of ['node_modules', 'package.json'])
        symlinkSync(path.resolve(name), path.join(scratch, name))
      const program = await buildWriter(scratch)
      const key = randomKey('half')
      await killWriter(program, { kind: 's3', ...settings }, { mode: 'half', key, lines: 1 })
      expect(await store.head(key)).toBeUndefined()
      expect(await store.sweepIncoming(3_600_000)).toBe(0)
      expect(await store.sweepIncoming(0)).toBe(1)
      expect(await store.sweepIncoming(0)).toBe(0)
    } finally {
      rmSync(scratch, { recursive: true })
    }
  })

  describe.skipIf(!canStandBetween())('over a line that is listened to and can break', () => {
    let proxy: FaultyProxy
    let behind: BlobStore
    let fault: Fault | undefined
    let heard: IncomingMessage[] = []
    const limits = { ...S3_LIMITS, downloadIdleMs: 400, copyLimitBytes: 6 * MIB, copyPartBytes: 6 * MIB }
    beforeAll(async () => {
      proxy = await startFaultyProxy(settings.endpoint ?? '', (request) => {
        heard.push(request)
        const isSecondPart = request.method === 'PUT' && request.url?.includes('partNumber=2&')
        return isSecondPart || request.method === 'GET' ? fault : undefined
      })
      behind = await openS3Store({ ...settings, endpoint: proxy.endpoint }, limits)
    })
    afterAll(() => proxy?.stop())
    beforeEach(() => {
      heard = []
      fault = undefined
    })
    const copiesHeard = () => heard.filter(({ headers }) => 'x-amz-copy-source' in headers)

    it('sends nothing that an older server would refuse', async () => {
      await behind.put(randomKey('plain'), chunksOf(noise(1_000)), ROOMY)
      await behind.putContent(chunksOf(noise(LARGE_BYTES, 81)), ROOMY)
      const said = heard.flatMap(({ headers }) =>
        Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      )
      expect(said.filter((line) => /checksum|trailer|aws-chunked|if-none-match/.test(line))).toEqual([])
    })

    it('copies in parts what is too large for one copy, and copies nothing that is there', async () => {
      const bytes = noise(LARGE_BYTES, 82)
      const { key } = await behind.putContent(chunksOf(bytes), ROOMY)
      expect(copiesHeard()).toHaveLength(4)
      expect((await collect((await store.open(key)).stream)).equals(bytes)).toBe(true)
      await behind.putContent(chunksOf(bytes), ROOMY)
      expect(copiesHeard()).toHaveLength(4)
      expect(await store.sweepIncoming(0)).toBe(0)
    })

    it('frees the line when a reader goes away', async () => {
      const { key } = await store.putContent(chunksOf(noise(LARGE_BYTES, 83)), ROOMY)
      const { stream } = await behind.open(key)
      await once(stream, 'readable')
      expect(proxy.openRequests()).toBe(1)
      stream.destroy()
      await expect.poll(() => proxy.openRequests()).toBe(0)
    })

    it('stops reading the source when a part cannot be sent, and leaves no part behind', async () => {
      fault = 'reset'
      const chunk = noise(MIB)
      let sentBytes = 0
      const key = randomKey('broken')
      async function* endless() {
        for (; ; sentBytes += chunk.length) yield chunk
      }
      await expect(behind.put(key, endless(), { maxBytes: 1024 * MIB })).rejects.toMatchObject({
        code: 'blob_store_failed',
      })
      expect(sentBytes).toBeLessThan(200 * MIB)
      await expect(behind.put(key, stallingStream(noise(20 * MIB)), ROOMY)).rejects.toMatchObject({
        code: 'blob_store_failed',
      })
      expect(await store.head(key)).toBeUndefined()
      expect(await store.sweepIncoming(0)).toBe(0)
    })

    for (const kind of ['cut', 'silent'] as const)
      it(`fails a download that is ${kind} in the middle, instead of ending it`, async () => {
        const { key } = await store.putContent(chunksOf(noise(LARGE_BYTES, 61)), ROOMY)
        fault = kind
        const { stream } = await behind.open(key)
        await expect(collect(stream)).rejects.toMatchObject({ code: 'blob_store_failed' })
      })

    it('takes a slow reader for what it is', async () => {
      const bytes = noise(LARGE_BYTES, 71)
      const { key } = await store.putContent(chunksOf(bytes), ROOMY)
      const { stream } = await behind.open(key)
      const chunks: Uint8Array[] = []
      for await (const chunk of stream) {
        if (chunks.length < 2) await new Promise((resolve) => setTimeout(resolve, 900))
        chunks.push(chunk)
      }
      expect(sha256(Buffer.concat(chunks))).toBe(sha256(bytes))
    })
  })
})

describe('an S3 server', () => {
  const nobody = {
    kind: 's3',
    region: 'none',
    bucket: 'none',
    accessKeyId: 'none',
    secretAccessKey: 'none',
  } as const

  it('that is not there is one clear refusal, and the source is let go', async () => {
    const store = await openBlobStore({ ...nobody, endpoint: 'http://127.0.0.1:9' })
    await expect(store.check()).rejects.toMatchObject({ code: 'blob_store_unreachable' })
    const source = stallingStream(noise(LARGE_BYTES))
    await expect(store.putContent(source, ROOMY)).rejects.toMatchObject({ code: 'blob_store_failed' })
    expect(source.destroyed).toBe(true)
    await expect(store.put(randomKey('lost'), chunksOf(noise(10)), ROOMY)).rejects.toMatchObject({
      code: 'blob_store_failed',
    })
  })

  it('that answers a part with the whole is not believed', async () => {
    const whole = noise(1_000)
    const server = http.createServer((_, answer) =>
      answer.setHeader('content-length', whole.length).end(whole),
    )
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const store = await openBlobStore({ ...nobody, endpoint })
    const refused = store.open(randomKey('part'), { start: 100 })
    await expect(refused).rejects.toMatchObject({ code: 'blob_store_failed' })
    server.closeAllConnections()
    server.close()
  })
})

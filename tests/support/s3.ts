import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Settings } from '../../src/blobs/s3/client'

const run = promisify(execFile)
const script = fileURLToPath(new URL('ceph-rgw.sh', import.meta.url))
const PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'monmaptool']

/** What to do to have the S3 tests run; undefined where they can. */
export function missingForS3(): string | undefined {
  if (process.env.TEST_S3_ENDPOINT !== undefined) return undefined
  const isInstalled = PROGRAMS.every((name) => existsSync(`/usr/bin/${name}`))
  if (isInstalled) return undefined
  return 'S3 tests skipped: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd (or set TEST_S3_ENDPOINT)'
}

/** Whether a proxy can stand between the store and the server: not where the link is encrypted. */
export function canStandBetween(): boolean {
  return !process.env.TEST_S3_ENDPOINT?.startsWith('https:')
}

export interface S3Server {
  /** With a bucket that is there and empty. */
  settings: S3Settings
  stop(): Promise<void>
}

/**
 * A real S3 server with an empty bucket: the one TEST_S3_ENDPOINT, TEST_S3_REGION, TEST_S3_ACCESS_KEY_ID and
 * TEST_S3_SECRET_ACCESS_KEY name, else a Ceph gateway of our own.
 */
export async function startS3(): Promise<S3Server> {
  const endpoint = process.env.TEST_S3_ENDPOINT
  if (endpoint !== undefined) {
    const settings = {
      endpoint,
      region: process.env.TEST_S3_REGION ?? 'us-east-1',
      bucket: `psm-${randomUUID()}`,
      accessKeyId: process.env.TEST_S3_ACCESS_KEY_ID ?? '',
      secretAccessKey: process.env.TEST_S3_SECRET_ACCESS_KEY ?? '',
    }
    await createBucket(settings)
    return { settings, stop: async () => {} }
  }
  return startCeph()
}

async function startCeph(): Promise<S3Server> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-test-s3-'))
  // Below the range from which the kernel hands out ports, and apart from runs beside this one.
  const port = 20_000 + (process.pid % 400) * 25
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'psm-tests',
    accessKeyId: 'test',
    secretAccessKey: 'test-secret',
  }
  const stop = async () => void (await run(script, ['stop', directory]))
  try {
    await run(script, ['start', directory, String(port)])
    await createBucket(settings)
  } catch (error) {
    await stop()
    throw error
  }
  return { settings, stop }
}

async function createBucket({ bucket, endpoint, region, ...credentials }: S3Settings): Promise<void> {
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
}

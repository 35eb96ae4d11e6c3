import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { inject } from 'vitest'
import type { S3Settings } from '../../src/blobs/s3/client'
import { CEPH, cephScript, stopCeph } from './ceph'
import { connectAs } from './global-setup'

const run = promisify(execFile)
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

/**
 * An empty bucket of a real S3 server: the one TEST_S3_ENDPOINT, TEST_S3_REGION, TEST_S3_ACCESS_KEY_ID and
 * TEST_S3_SECRET_ACCESS_KEY name, else a Ceph gateway, which all test files of a run share.
 */
export async function emptyBucket(): Promise<S3Settings> {
  const settings = { ...(await findServer()), bucket: `psm-${randomUUID()}` }
  const { bucket, endpoint, region, ...credentials } = settings
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  return settings
}

/** Settings of a server that keeps its files there. */
export const s3Env = (settings: S3Settings) => ({
  S3_ENDPOINT: settings.endpoint ?? '',
  S3_REGION: settings.region,
  S3_BUCKET: settings.bucket,
  S3_ACCESS_KEY_ID: settings.accessKeyId,
  S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
})

type Server = Omit<S3Settings, 'bucket'> & { endpoint: string }

async function findServer(): Promise<Server> {
  const endpoint = process.env.TEST_S3_ENDPOINT
  if (endpoint !== undefined)
    return {
      endpoint,
      region: process.env.TEST_S3_REGION ?? 'us-east-1',
      accessKeyId: process.env.TEST_S3_ACCESS_KEY_ID ?? '',
      secretAccessKey: process.env.TEST_S3_SECRET_ACCESS_KEY ?? '',
    }
  const folder = path.join(inject('runFolder'), CEPH)
  const told = path.join(folder, 'server.json')
  const sql = connectAs(inject('testServer').superuser, 'postgres')
  try {
    // Held by this connection: the other files wait for the first, and for nobody once it is dead.
    await sql`select pg_advisory_lock(hashtext('the S3 server of the tests'))`
    if (!existsSync(told)) writeFileSync(told, JSON.stringify(await startCeph(folder)))
  } finally {
    await sql.end()
  }
  return JSON.parse(readFileSync(told, 'utf8'))
}

/** It runs until the run is over: `stopCeph` of the global set-up. */
async function startCeph(folder: string): Promise<Server> {
  await stopCeph(path.dirname(folder))
  // Below the range from which the kernel hands out ports, and apart from runs beside this one.
  const port = 20_000 + (process.pid % 400) * 25
  await run(cephScript, ['start', folder, String(port)])
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'test',
    secretAccessKey: 'test-secret',
  }
}

import type { ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3'
import { INCOMING_PREFIX, isOwnName } from '../keys'
import type { S3Bucket } from './client'
import { listObjects } from './list'

/** Removes objects that were received but never named; says how many. */
export async function sweepObjects(s3: S3Bucket, olderThanMs: number): Promise<number> {
  const { sdk, client, bucket } = s3
  let removed = 0
  for await (const { name, storedAt } of listObjects(s3, INCOMING_PREFIX)) {
    if (!isLeftover(name, storedAt, olderThanMs)) continue
    await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: name }))
    removed++
  }
  return removed
}

/** Removes the parts of uploads that never ended; says how many uploads. Those of others in the bucket stay. */
export async function sweepUploads(
  { sdk, client, bucket, limits }: S3Bucket,
  olderThanMs: number,
): Promise<number> {
  let removed = 0
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {}
  while (from !== undefined) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new sdk.ListMultipartUploadsCommand({ Bucket: bucket, MaxUploads: limits.pageSize, ...from }),
    )
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!isLeftover(Key, Initiated, olderThanMs)) continue
      await client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
      removed++
    }
    from = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : undefined
  }
  return removed
}

function isLeftover(name: string | undefined, at: Date | undefined, olderThanMs: number): boolean {
  return name !== undefined && isOwnName(name) && at !== undefined && Date.now() - at.getTime() >= olderThanMs
}

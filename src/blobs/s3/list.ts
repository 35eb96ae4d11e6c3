import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import type { S3Bucket } from './client'

export interface ListedObject {
  name: string
  sizeBytes: number
  storedAt: Date
}

/** Objects of the bucket whose names begin so, a page of them in memory at a time. */
export async function* listObjects(
  { sdk, client, bucket, limits }: S3Bucket,
  prefix = '',
): AsyncGenerator<ListedObject, void> {
  let ContinuationToken: string | undefined
  do {
    const page: ListObjectsV2CommandOutput = await client.send(
      new sdk.ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: limits.pageSize,
        ContinuationToken,
      }),
    )
    for (const { Key, Size, LastModified } of page.Contents ?? [])
      if (Key !== undefined && LastModified !== undefined)
        yield { name: Key, sizeBytes: Size ?? 0, storedAt: LastModified }
    ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (ContinuationToken !== undefined)
}

import type { CompletedPart } from '@aws-sdk/client-s3'
import type { S3Bucket } from './client'

/** Copies inside the bucket, without the bytes coming here; above 5 GiB in parts. */
export async function copy(s3: S3Bucket, from: string, to: string, sizeBytes: number): Promise<void> {
  if (sizeBytes > s3.limits.copyLimitBytes) return copyInParts(s3, from, to, sizeBytes)
  const CopySource = `${s3.bucket}/${from}`
  await s3.client.send(
    new s3.sdk.CopyObjectCommand({ Bucket: s3.bucket, Key: to, CopySource, MetadataDirective: 'REPLACE' }),
  )
}

async function copyInParts(s3: S3Bucket, from: string, to: string, sizeBytes: number): Promise<void> {
  const target = { Bucket: s3.bucket, Key: to }
  const { UploadId } = await s3.client.send(new s3.sdk.CreateMultipartUploadCommand(target))
  const upload = { ...target, UploadId }
  try {
    const Parts: CompletedPart[] = []
    for (let start = 0; start < sizeBytes; start += s3.limits.copyPartBytes) {
      const end = Math.min(start + s3.limits.copyPartBytes, sizeBytes) - 1
      const part = {
        ...upload,
        PartNumber: Parts.length + 1,
        CopySource: `${s3.bucket}/${from}`,
        CopySourceRange: `bytes=${start}-${end}`,
      }
      const { CopyPartResult } = await s3.client.send(new s3.sdk.UploadPartCopyCommand(part))
      Parts.push({ ...CopyPartResult, PartNumber: part.PartNumber })
    }
    await s3.client.send(new s3.sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
  } catch (error) {
    await s3.client.send(new s3.sdk.AbortMultipartUploadCommand(upload)).catch(() => {})
    throw error
  }
}

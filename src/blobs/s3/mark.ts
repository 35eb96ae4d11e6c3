import { storeFailure } from '../errors'
import { idOfMark, MARK_NAME, type StoreMark, textOfMark } from '../mark'
import type { S3Bucket } from './client'

/** Nobody waits longer for a few bytes: whoever stores or deletes waits for them. */
const READ_TIMEOUT_MS = 10_000

/** The mark of a bucket. */
export function s3Mark({ sdk, client, bucket }: S3Bucket): StoreMark {
  const at = { Bucket: bucket, Key: MARK_NAME }
  const write = async (id: string, condition: { IfNoneMatch?: string }) => {
    await client.send(
      new sdk.PutObjectCommand({
        ...at,
        ...condition,
        Body: textOfMark(id),
        ContentType: 'application/json',
      }),
    )
  }
  const read = async () => {
    try {
      const abortSignal = AbortSignal.timeout(READ_TIMEOUT_MS)
      const { Body } = await client.send(new sdk.GetObjectCommand(at), { abortSignal })
      return idOfMark((await Body?.transformToString()) ?? '')
    } catch (error) {
      if ((error as { name?: unknown }).name === 'NoSuchKey') return undefined
      throw storeFailure(error)
    }
  }
  return {
    read,
    async put(id) {
      if ((await read()) !== undefined) return false
      try {
        await write(id, { IfNoneMatch: '*' })
      } catch (error) {
        const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
        if (status === 412 || status === 409) return false
        // Servers that know no conditional writes: of two at once the later stays, and the other reads so.
        if (status !== 501) throw storeFailure(error)
        await write(id, {}).catch(failed)
      }
      return (await read()) === id
    },
    replace: (id) => write(id, {}).catch(failed),
    async remove() {
      await client.send(new sdk.DeleteObjectCommand(at)).catch(failed)
    },
  }
}

function failed(error: unknown): never {
  throw storeFailure(error)
}

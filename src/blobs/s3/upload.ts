import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { storeFailure } from '../errors'
import type { Meter } from '../meter'
import type { S3Bucket } from './client'

const PARTS_IN_FLIGHT = 2

/**
 * Sends what the meter lets through, in parts of 8 MiB, two at a time: memory stays bounded whatever the size. What
 * fits into one part goes as one plain PUT.
 *
 * The library alone would leave unfinished uploads behind: its own `abort()` answers before a silent source does, and
 * when one part fails the others read the source to its end. So nothing here aborts the library: the meter stops the
 * source, the workers run into that, and the library then removes its parts.
 */
export async function upload({ client, bucket, limits }: S3Bucket, key: string, meter: Meter): Promise<void> {
  const { Upload } = await import('@aws-sdk/lib-storage')
  const sending = new Upload({
    client: stoppedBy(meter, client),
    params: { Bucket: bucket, Key: key, Body: Readable.from(meter.chunks(), { objectMode: false }) },
    partSize: limits.partBytes,
    queueSize: PARTS_IN_FLIGHT,
  })
  await sending.done()
}

/**
 * A client whose failures stop the source and whose parts are cut off when the source is stopped. Only parts: an upload
 * whose begin was cut off could not be named to be removed, and an end that was cut off may have happened.
 */
function stoppedBy(meter: Meter, client: S3Client): S3Client {
  const send = async (command: Parameters<S3Client['send']>[0]) => {
    const isPart = 'PartNumber' in command.input
    try {
      return await client.send(command, isPart ? { abortSignal: meter.stopped } : {})
    } catch (error) {
      meter.stop(storeFailure(error))
      throw error
    }
  }
  return { config: client.config, send } as unknown as S3Client
}

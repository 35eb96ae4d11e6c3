import type * as Sdk from '@aws-sdk/client-s3'

export interface S3Settings {
  /** Any S3-compatible server; without it AWS itself. */
  endpoint?: string | undefined
  /** The same server as terminals reach it, for addresses that are given out. Default: `endpoint`. */
  publicEndpoint?: string | undefined
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** The bucket in the path instead of the host name. Default: wherever an endpoint is named. */
  forcePathStyle?: boolean | undefined
  /** `when_supported` adds the library's own checksums, which older servers refuse. Default `when_required`. */
  checksums?: 'when_required' | 'when_supported' | undefined
}

/** Sizes and times of the driver; others than these only in its tests. */
export interface S3Limits {
  partBytes: number
  /** CopyObject takes no more in one call. */
  copyLimitBytes: number
  copyPartBytes: number
  /** How many leftovers one listing names. */
  pageSize: number
  /** A download on which the server is silent for this long, while its reader waits, fails. */
  downloadIdleMs: number
}

export const S3_LIMITS: S3Limits = {
  partBytes: 8 * 1024 ** 2,
  copyLimitBytes: 5 * 1024 ** 3,
  copyPartBytes: 1024 ** 3,
  pageSize: 1_000,
  downloadIdleMs: 60_000,
}

export interface S3Bucket {
  /** The library, so that nobody else imports it: a bundler would lift a static import out of the lazy one. */
  sdk: typeof Sdk
  client: Sdk.S3Client
  /** Makes addresses; nothing is sent by it. */
  signer: Sdk.S3Client
  bucket: string
  limits: S3Limits
}

const CONNECT_TIMEOUT_MS = 10_000
/** From the first byte sent to the head of the answer; a part of 8 MiB at 256 kbit/s fits. */
const REQUEST_TIMEOUT_MS = 300_000

export async function connect(settings: S3Settings, limits: S3Limits): Promise<S3Bucket> {
  const sdk = await import('@aws-sdk/client-s3')
  const { endpoint, region, accessKeyId, secretAccessKey } = settings
  const checksums = settings.checksums === 'when_supported' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED'
  // A download holds its connection as long as its terminal takes, and a queue for connections looks like a dead host.
  const agent = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }
  const clientOf = (at: string | undefined) =>
    new sdk.S3Client({
      region,
      ...(at === undefined ? {} : { endpoint: at }),
      forcePathStyle: settings.forcePathStyle ?? endpoint !== undefined,
      credentials: { accessKeyId, secretAccessKey },
      requestChecksumCalculation: checksums,
      responseChecksumValidation: checksums,
      maxAttempts: 3,
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        httpAgent: agent,
        httpsAgent: agent,
      },
    })
  const client = clientOf(endpoint)
  const { publicEndpoint } = settings
  const signer = publicEndpoint === undefined ? client : clientOf(publicEndpoint)
  return { sdk, client, signer, bucket: settings.bucket, limits }
}

import { type BlobStoreSettings, storesOf } from '../../../src/blobs/open'
import { systemClock } from '../../../src/core/clock'
import type { Ctx } from '../../../src/core/context'
import { createLogger } from '../../../src/core/log'
import { type ConnectionTarget, openPools } from '../../../src/db/client'
import { moveBlobs } from '../../../src/features/storage/move/move'

/** Moves blobs to S3, one at a time, and says each that is there; to be killed on the way. */
const { target, files, s3 } = JSON.parse(process.argv[2] ?? '') as {
  target: ConnectionTarget
  files: BlobStoreSettings
  s3: BlobStoreSettings
}
const { db, sql } = openPools(target, 'psm-killed')
const log = createLogger({ level: 'silent' })
const ctx = {
  db,
  sql,
  log,
  clock: systemClock,
  actor: { kind: 'job', name: 'to be killed' },
  requestId: 'killed',
}
await moveBlobs(
  ctx as unknown as Ctx,
  storesOf({ files, s3 }),
  {
    ...{
      to: 's3',
      atOnce: 1,
      removeOld: false,
      forgetOld: false,
      leaveDamaged: false,
      isFolderShared: false,
    },
    patience: { followMs: 15_000, drainMs: 15_000 },
  },
  {
    ...{ step: () => {}, problem: () => {}, removal: () => {} },
    progress: ({ copied }) => void process.stdout.write(`${copied}\n`),
  },
)

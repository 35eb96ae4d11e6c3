import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const cephScript = fileURLToPath(new URL('ceph-rgw.sh', import.meta.url))
/** Where the Ceph of a run lies, below its folder. */
export const CEPH = 'ceph'

/** Ends the S3 server of a run, if one was started, and removes it. */
export async function stopCeph(runFolder: string): Promise<void> {
  const folder = path.join(runFolder, CEPH)
  if (existsSync(folder)) await promisify(execFile)(cephScript, ['stop', folder])
}

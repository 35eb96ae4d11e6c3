import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createGunzip } from 'node:zlib'
import { makeZip } from 'client-zip'
import { checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { noteExport } from '../../audit'
import { logsMany } from './errors'
import { type FoundLog, findLog, findLogs } from './find'
import { MOST_LOGS } from './lists'
import type { EcrLogChoice } from './schemas'

const action = 'ecr_log_export.made'

export interface LogFile {
  fileName: string
  sizeBytes: number | undefined
  stream: Readable
}

/** One log as text. The audit log says who saved it. */
export async function openLogFile(ctx: Ctx, logId: string): Promise<LogFile> {
  const log = await findLog(ctx, logId)
  const fileName = fileNameOf(log)
  await noteExport(ctx, { action, fileName, after: { logs: 1, terminal: log.serial } })
  return { fileName, sizeBytes: log.sizeBytes, stream: await textOf(ctx, log) }
}

/**
 * All logs that fit as one ZIP; each is read when the one before has been taken. `ecr_logs_too_many`; `ecr_log_not_found` where
 * one that is named is gone or out of sight.
 */
export async function openLogsZip(ctx: Ctx, choice: EcrLogChoice): Promise<LogFile> {
  const logs = await findLogs(ctx, choice, MOST_LOGS + 1)
  if (logs.length > MOST_LOGS) throw logsMany({ values: { most: MOST_LOGS } })
  const fileName = `ecr-logs-${ctx.clock.now().toISOString().slice(0, 10)}.zip`
  await noteExport(ctx, { action, fileName, after: { logs: logs.length, ...choice } })
  async function* files() {
    const taken = new Set<string>()
    for (const log of logs)
      yield {
        name: freeName(fileNameOf(log), taken),
        lastModified: log.receivedAt,
        input: await textOf(ctx, log),
      }
  }
  const zip = Readable.fromWeb(makeZip(files()) as ReadableStream)
  return { fileName, sizeBytes: undefined, stream: zip }
}

async function textOf(ctx: Ctx, log: FoundLog): Promise<Readable> {
  if (log.sizeBytes === 0) return Readable.from([])
  const { stream } = await ctx.blobs.open(checkKey(log.blobKey))
  const text = createGunzip()
  stream.on('error', (error) => text.destroy(error))
  text.on('close', () => stream.destroy())
  return stream.pipe(text)
}

/** Names are the terminals', and serial numbers are what makers print: neither leads out of a folder. */
function fileNameOf({ serial, name, version, receivedAt }: FoundLog): string {
  const day = receivedAt.toISOString().slice(0, 10)
  const base = harmless(name.replace(/(?:\.gz)?$/i, ''))
  const numbered = version === null || version === 1 ? '' : `-${version}`
  const [, stem = base, ending = '.log'] = /^(.+)(\.(?:log|txt))$/i.exec(base) ?? []
  return `${harmless(serial)}_${day}_${stem}${numbered}${ending}`
}

const harmless = (text: string) => text.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_')

/** Names that differ may become the same: who unpacks them would keep only the last. */
function freeName(fileName: string, taken: Set<string>): string {
  const ending = fileName.lastIndexOf('.')
  let free = fileName
  for (let n = 2; taken.has(free.toLowerCase()); n++)
    free = `${fileName.slice(0, ending)}~${n}${fileName.slice(ending)}`
  taken.add(free.toLowerCase())
  return free
}

import { and, desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import { SearchedMoment } from '../../../core/moment'
import { maskText } from '../../../core/pan-guard'
import { parseInput } from '../../../core/verb'
import { message, type TerminalCall } from '../../../terminal/message'
import { codingOf } from './decode'
import { nameInvalid } from './errors'
import type { LogIntakes } from './intake'
import { ecrLogs } from './tables'

export interface EcrLogParts {
  ecrLogs: LogIntakes
}

const LONGEST_NAME = 128
const NAME = /^[^\p{Cc}\p{Cs}/\\]+$/u

const moment = SearchedMoment.transform((text) => new Date(text))
const Query = z
  .object({ from: moment.optional(), to: moment.optional() })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, 'from must be before to')
const Offset = z.coerce.number().int().min(0)

const Received = z.object({
  id: z.uuid(),
  sha256: z.string().describe('Of the bytes as they were sent, all parts together.'),
  size: z.number().int().describe('Their number.'),
})

/** `PUT` and `HEAD /terminal/v1/ecr-logs/{name}` (contract, "What a terminal hands over"). */
export function ecrLogMessages({ ecrLogs: intakes }: EcrLogParts) {
  return [
    message({
      name: 'ecr-log',
      method: 'PUT',
      path: '/ecr-logs/:name',
      summary: 'Hand over a log of the exchange with the cash register',
      allowedWhileSuspended: true,
      takes: ['Upload-Offset'],
      upload: { contentTypes: ['text/plain', 'application/gzip'], usualMaxMib: 64 },
      query: {
        from: { description: 'Where the period of the log begins, RFC 3339.', schema: z.iso.datetime() },
        to: { description: 'Where it ends.', schema: z.iso.datetime() },
      },
      answers: {
        200: { description: 'The same bytes were kept under this name before.', schema: Received },
        201: { description: 'Kept, card data cut out.', schema: Received },
        409: {
          headers: ['Upload-Offset'],
          description:
            '`ecr_log_offset_mismatch`: the upload does not go on at this `Upload-Offset`; the header of the answer says where.',
        },
        413: { description: '`body_too_large`: the log is larger than it may be, as sent or unpacked.' },
        415: {
          description:
            '`ecr_log_charset_unknown`: neither text/plain in utf-8, cp866 or cp1251 nor gzip of it.',
        },
        422: { description: '`ecr_log_name_invalid`: name it by other characters.' },
        503: {
          description: '`ecr_log_uploads_busy`, `ecr_log_upload_ended`: come again after `Retry-After`.',
        },
      },
      async handle(call) {
        const name = nameOf(call)
        const { from = null, to = null } = parseInput(Query, Object.fromEntries(call.query))
        const { headers } = call.req
        const coding = codingOf(headers['content-type'], headers['content-encoding'])
        const offset = parseInput(Offset, headers['upload-offset'] ?? 0)
        const { terminalId } = call.caller
        const log = { terminalId, name, coding, from, to }
        const received = await intakes
          .receive(await call.ctx(), log, offset, call.req)
          .catch((error: unknown) => {
            // Who is refused hears where to go on.
            call.res.setHeader('Upload-Offset', String(intakes.receivedBytes(terminalId, name) ?? 0))
            throw error
          })
        const { id, isNew, sha256, sizeBytes } = received
        call.planMayHaveChanged()
        return { status: isNew ? 201 : 200, json: { id, sha256, size: sizeBytes } }
      },
    }),
    message({
      name: 'ecr-log-offset',
      method: 'HEAD',
      path: '/ecr-logs/:name',
      summary: 'Ask where the upload of a log broke off',
      allowedWhileSuspended: true,
      answers: {
        200: {
          headers: ['Upload-Offset'],
          description:
            '`Upload-Offset`: bytes that have come; 0 where nothing has, or nothing is waited for any more; all of them where the log is kept.',
        },
        422: { description: '`ecr_log_name_invalid`: name it by other characters.' },
      },
      async handle(call) {
        const name = nameOf(call)
        const underWay = intakes.receivedBytes(call.caller.terminalId, name)
        const received = underWay ?? (await keptBytes(call, name))
        return { status: 200, headers: { 'Upload-Offset': String(received) } }
      },
    }),
  ]
}

/** A name is shown and stored as it is: one with a card number in it is refused rather than changed. */
function nameOf(call: TerminalCall): string {
  const name = call.params.name ?? ''
  if (name.length > LONGEST_NAME || !NAME.test(name) || maskText(name).hits > 0) throw nameInvalid()
  return name
}

async function keptBytes(call: TerminalCall, name: string): Promise<number> {
  const { db } = await call.ctx()
  const [row] = await db
    .select({ bytes: ecrLogs.receivedBytes })
    .from(ecrLogs)
    .where(
      and(eq(ecrLogs.terminalId, call.caller.terminalId), eq(ecrLogs.name, name), eq(ecrLogs.state, 'kept')),
    )
    .orderBy(desc(ecrLogs.version))
    .limit(1)
  return row?.bytes ?? 0
}

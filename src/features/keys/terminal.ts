import { finished, type Writable } from 'node:stream'
import { z } from 'zod'
import type { Ctx } from '../../core/context'
import { message, type Reply, type TerminalCall, type TerminalMessage } from '../../terminal/message'
import { cutWhenStalled } from '../updates/delivery'
import { fetchKeys, type HandedOver, noKeys, noteDelivered, peekKeys } from './hand-over'
import { KeyResult } from './reported'
import { reportKeyResult } from './results'

/** Who takes nothing of so small an answer for so long is gone. */
const STALLED_MS = 30_000
const CONTENT_TYPE = 'application/octet-stream'

const FETCHED: TerminalMessage['answers'] = {
  200: {
    description:
      'The exact bytes that were deposited, never coded. `Psm-Bundle-Id` names them for the result, `Repr-Digest` is their SHA-256. Each answer counts: five in the 15 minutes after the first one.',
    contentType: CONTENT_TYPE,
    headers: ['Psm-Bundle-Id', 'Repr-Digest'],
  },
  404: {
    description:
      '`no_keys`: there are none for this terminal to fetch now, whatever the reason. Wait for an action.',
  },
  503: {
    description:
      '`key_file_unreadable`: the bytes are not those that were deposited; an operator has to look.',
  },
}

/** `GET /terminal/v1/keys` (contract, "What a terminal fetches"): the terminal asks by itself. */
const keysMessage = message({
  name: 'keys',
  method: 'GET',
  path: '/keys',
  summary: 'Ask for keys without being told to',
  allowedWhileSuspended: false,
  answers: FETCHED,
  noted: { about: (_call, _body, reply) => reply?.headers?.['Psm-Bundle-Id'] },
  handle: (call) => handOver(call, undefined),
})

/** `GET /terminal/v1/keys/{bundleId}`: what an action of the kind `keys` has told of. */
const keyBundleMessage = message({
  name: 'key-bundle',
  method: 'GET',
  path: '/keys/:bundleId',
  summary: 'Fetch the keys of an action',
  allowedWhileSuspended: false,
  answers: FETCHED,
  noted: { about: ({ params }) => idOf(params.bundleId) },
  handle(call) {
    const bundleId = idOf(call.params.bundleId)
    if (bundleId === undefined) throw noKeys()
    return handOver(call, bundleId)
  },
})

/** `POST /terminal/v1/keys/{bundleId}/result`: how it went, also long after. */
const keyResultMessage = message({
  name: 'key-result',
  method: 'POST',
  path: '/keys/:bundleId/result',
  summary: 'Report how loading keys went',
  allowedWhileSuspended: true,
  body: { schema: KeyResult, maxBytes: 64 * 1024 },
  answers: {
    200: { description: 'Kept. Also for a repeat, and after the lease has ended.' },
    404: { description: '`no_keys`: this terminal was never told of such a bundle.' },
  },
  noted: { about: (_call, body) => body?.state },
  async handle(call, body) {
    const bundleId = idOf(call.params.bundleId)
    if (bundleId === undefined) throw noKeys()
    await reportKeyResult(await call.ctx(), call.caller.terminalId, bundleId, body)
    call.planMayHaveChanged()
    return { status: 200, json: {} }
  },
})

export const keyMessages: readonly TerminalMessage[] = [keysMessage, keyBundleMessage, keyResultMessage]

const idOf = (text: string | undefined) => z.uuid().safeParse(text).data

async function handOver(call: TerminalCall, bundleId: string | undefined): Promise<Reply> {
  const ctx = await call.ctx()
  const { terminalId } = call.caller
  if (call.req.method === 'HEAD') {
    const file = await peekKeys(ctx, terminalId, bundleId)
    return replyOf(file, file.sizeBytes, () => {})
  }
  const { file, bytes } = await fetchKeys(ctx, terminalId, bundleId)
  call.planMayHaveChanged()
  cutWhenStalled(call.res, STALLED_MS)
  finished(call.res, { readable: false }, (error) => {
    if (!error) noteDelivery(ctx, terminalId, file)
  })
  return replyOf(file, bytes.length, (to) => to.write(bytes))
}

function replyOf({ id, sha256 }: HandedOver, sizeBytes: number, send: (to: Writable) => void): Reply {
  return {
    status: 200,
    headers: {
      'Psm-Bundle-Id': id,
      'Repr-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    },
    bytes: {
      sizeBytes,
      contentType: CONTENT_TYPE,
      open: async () => async (to) => send(to),
    },
  }
}

/** The answer has left: what fails here costs the word `delivered`, which the terminal's result makes good. */
function noteDelivery(ctx: Ctx, terminalId: string, file: HandedOver): void {
  noteDelivered(ctx, terminalId, file).catch((error: unknown) =>
    ctx.log.warn('key_delivery_not_noted', { fileId: file.id, error: error as Error }),
  )
}

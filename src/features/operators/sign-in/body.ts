import type { IncomingMessage } from 'node:http'
import { announcesBody } from '../../../core/problem'
import { readBody } from '../../../integrator/bytes'
import { bodyTimeout, malformedJson } from './errors'

const MAX_BODY_BYTES = 8 * 1024
const DEADLINE_MS = 10_000

/** The body as JSON; no body is an empty object. */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  if (!announcesBody(req)) return {}
  const bytes = await inTime(readBody(req, MAX_BODY_BYTES))
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw malformedJson(undefined, { cause: error })
  }
}

async function inTime(reading: Promise<Buffer>): Promise<Buffer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(bodyTimeout()), DEADLINE_MS)
  })
  // Given up, it fails when the connection closes: heard here, or it would be nobody's.
  reading.catch(() => {})
  return Promise.race([reading, late]).finally(() => clearTimeout(timer))
}

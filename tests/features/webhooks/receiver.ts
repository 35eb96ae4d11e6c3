import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { serve } from '../../support/http'

export interface Received {
  path: string
  id: string
  body: string
  headers: IncomingMessage['headers']
}

export type Behaviour = (res: ServerResponse, received: Received) => void

/** A receiver as others would write it: it keeps what came and answers as it is told to. */
export async function openReceiver() {
  const received: Received[] = []
  const receiver = {
    url: '',
    received,
    answer: ((res) => res.writeHead(204).end()) as Behaviour,
  }
  const { url } = await serve((req, res) => {
    let body = ''
    req.on('data', (chunk) => {
      body += chunk
    })
    req.on('end', () => {
      const one = { path: req.url ?? '', id: String(req.headers['webhook-id']), body, headers: req.headers }
      received.push(one)
      receiver.answer(res, one)
    })
  })
  receiver.url = url
  return receiver
}

/** As the specification has receivers verify: one of the signatures is the own one. */
export function isSignedBy(secret: string, { headers, body }: Received): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const own = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  return String(headers['webhook-signature']).split(' ').includes(own)
}

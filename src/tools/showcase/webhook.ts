import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { openReceiver, type Receiver } from './receiver'
import { type Call, RestRefused } from './rest'

const NAME = 'Demo receiver'

/** What must outlive a run: the secret is shown once. */
interface Known {
  webhookId: string
  secret: string
  port: number
}

/**
 * Opens the receiver and sees to it that the server has a webhook for it: the one of an earlier run, or a new one.
 * @returns undefined where the server lets no webhook go to this machine (WEBHOOK_ALLOW_PRIVATE)
 */
export async function keepWebhook(call: Call, stateFile: string): Promise<Receiver | undefined> {
  const before = knownFrom(stateFile)
  const receiver = await openReceiver(before?.port ?? 0)
  try {
    const { webhookId, secret } =
      (await renewed(call, before, receiver.url)) ?? (await made(call, receiver.url))
    receiver.trust(secret)
    await keep(stateFile, { webhookId, secret, port: receiver.port })
    return receiver
  } catch (error) {
    await receiver.close()
    if (error instanceof RestRefused && PRIVATE.has(error.code)) return undefined
    throw error
  }
}

const PRIVATE = new Set(['webhook_url_private', 'webhook_url_not_https'])

async function renewed(call: Call, before: Known | undefined, url: string): Promise<Known | undefined> {
  if (before === undefined) return undefined
  try {
    await call('PATCH', `/webhooks/${before.webhookId}`, { url })
    return before
  } catch (error) {
    if (error instanceof RestRefused && error.status === 404) return undefined
    throw error
  }
}

async function made(call: Call, url: string): Promise<Omit<Known, 'port'>> {
  const { id, secret } = await call<{ id: string; secret: string }>('POST', '/webhooks', {
    name: NAME,
    url,
    eventTypes: ['eslip.created', 'alert.raised', 'alert.cleared'],
  })
  return { webhookId: id, secret }
}

function knownFrom(file: string): Known | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Known) : undefined
}

async function keep(file: string, known: Known): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(known), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

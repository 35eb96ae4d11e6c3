import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { bundleOf } from './key-bundles'
import type { WebApp } from './web-app'

export interface KeyTerminal {
  id: string
  serial: string
  /** Asks by itself, as contract, "What a terminal fetches"; gives the id of the bundle, undefined where there is none. */
  ask(): Promise<string | undefined>
  report(bundleId: string, result: Record<string, unknown>): Promise<void>
}

/** A key system and terminals that ask for keys, all of them strangers to the built server's inside. */
export interface KeyPlay {
  register(serial: string): Promise<KeyTerminal>
  /** By `PUT /api/v1/keys/{serial}/{sequence}`. Without a file: an opaque one that names one check value. */
  deposit(
    serial: string,
    sequence: number,
    more?: { file?: unknown; batch?: string; kcvs?: string },
  ): Promise<void>
  close(): void
}

/** The bundle of the demonstration, for this terminal. */
export const demoBundle = (serial: string, sequence: number, more: Record<string, unknown> = {}) =>
  bundleOf({ terminal: { serial }, sequence, ...more })

export async function openKeyPlay(app: WebApp): Promise<KeyPlay> {
  const client = new TerminalClient(app.url)
  const { key } = (await app.admin.tell('apiKeys.create', {
    ...{ name: 'Key system', scopes: ['keys:deposit'] },
  })) as { key: string }
  return {
    async register(serial) {
      const platform = 'wiseasy-wpos3'
      const { id } = (await app.admin.tell('terminals.register', { serial, platform })) as { id: string }
      const { enrollmentCode } = (await app.admin.tell('enrollmentCodes.issue', { serials: [serial] })) as {
        enrollmentCode: string
      }
      const terminal = new FakeTerminal(client, { serial, platform, token: undefined })
      await terminal.enroll(enrollmentCode)
      return {
        id,
        serial,
        async ask() {
          const { status, headers } = await terminal.send('GET', '/keys')
          return status === 200 ? String(headers['psm-bundle-id']) : undefined
        },
        async report(bundleId, json) {
          const { status } = await terminal.send('POST', `/keys/${bundleId}/result`, { json })
          if (status !== 200) throw new Error(`A result was answered ${status}.`)
        },
      }
    },
    async deposit(serial, sequence, { file, batch, kcvs = 'acq1/tmk=08D7B4' } = {}) {
      const query = batch === undefined ? '' : `?batch=${batch}`
      const answer = await fetch(`${app.url}/api/v1/keys/${serial}/${sequence}${query}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${key}`, ...(file === undefined ? { 'psm-kcvs': kcvs } : {}) },
        body: file === undefined ? `opaque ${serial} ${sequence}` : JSON.stringify(file),
      })
      if (answer.status !== 201) throw new Error(`A deposit was answered: ${await answer.text()}`)
    },
    close: () => client.close(),
  }
}

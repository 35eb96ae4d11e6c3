import { setTimeout as sleep } from 'node:timers/promises'
import { makeApk } from '../../src/tools/apk-maker/apk'
import { newSigner } from '../../src/tools/apk-maker/signing'
import { TerminalClient } from '../../src/tools/simulator/client'
import { png } from './apk-parts'
import { takeInApk } from './app-uploads'
import { enrolTerminals, type Played, play } from './played-fleet'
import type { WebApp } from './web-app'

const PLATFORM = 'feitian-f20'
const maker = newSigner('the maker')

/** An application as it is uploaded: by its last name, such as `loyalty`. */
export async function uploadApp(app: WebApp, name: string, versionCode: number): Promise<void> {
  const label = `${name[0]?.toUpperCase()}${name.slice(1)}`
  const icon = [{ path: 'res/icon.png', density: 320, bytes: png(96) }]
  const versionName = `${Math.floor(versionCode / 10)}.${versionCode % 10}`
  const sample = { packageName: `com.example.${name}`, labels: [{ value: label }], versionCode, versionName }
  await takeInApk(app, makeApk({ ...sample, icon }, maker))
}

export interface AppFleet {
  terminals: Played[]
  close(): void
}

/** Android terminals that are enrolled and have told what they have: a payment application and what the system brings. */
export async function openAppFleet(app: WebApp, size: number): Promise<AppFleet> {
  const client = new TerminalClient(app.url)
  const terminals = await enrolTerminals(app, client, size, PLATFORM)
  return { terminals, close: () => client.close() }
}

/** Has every terminal do what it is told of applications, once each: what was changed reaches them within seconds. */
export async function playApps(
  terminals: readonly Played[],
  troubles: Parameters<typeof play>[1] = () => ({}),
): Promise<void> {
  let left = terminals
  for (let tries = 0; left.length > 0; tries++) {
    if (tries > TRIES) throw new Error(`Not told anything: ${left.map(({ serial }) => serial).join(', ')}`)
    const told = new Set(await play(left, troubles, 'apps'))
    left = left.filter(({ serial }) => !told.has(serial))
    if (left.length > 0) await sleep(WAIT_MS)
  }
}
const TRIES = 30
const WAIT_MS = 500

interface Line {
  package: string
  want: 'version' | 'newest' | 'absent'
  versionCode?: number
}

export const makeSet = (
  { admin }: WebApp,
  name: string,
  lines: readonly Line[],
  more: Record<string, unknown> = {},
) => admin.tell('appSets.create', { name, lines, ...more }) as Promise<{ id: string; edition: number }>

/** Connects terminals to a set, past the pages. */
export async function connect(
  { admin }: WebApp,
  setId: string,
  terminals: readonly { id: string }[],
): Promise<void> {
  const asked = { setId, choice: { by: 'terminals', terminalIds: terminals.map(({ id }) => id) } }
  const { fingerprint } = (await admin.ask('profile.previewConnection', asked)) as { fingerprint: string }
  await admin.tell('profile.applyConnection', { ...asked, fingerprint })
}

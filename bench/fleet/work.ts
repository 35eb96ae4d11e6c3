import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { makeLicenceFile } from '../../src/tools/seed/licence-files'
import { makeTeliumSet, type NamedFile } from '../../src/tools/seed/package-files'
import type { Send } from '../../src/tools/simulator/client'
import type { FakeTerminal } from '../../src/tools/simulator/terminal'
import { type Ground, restOf } from './ground'

const PLATFORM = 'ingenico-t3'
const VERSION = '2.8.0'
/** The file that makes the package large. */
const LARGE = '8440.P3A'

/** What operators do on a day: an update for some terminals and a licence for others. */
export interface Work {
  /** Hands everything out evenly over so many milliseconds, or until `signal`. */
  handOut(overMs: number, signal: AbortSignal): Promise<void>
  updates: number
  licences: number
}

/** @param oneOf of so many terminals one gets an update that day, and another a licence */
export async function prepareWork(ground: Ground, oneOf: number, packageBytes: number): Promise<Work> {
  const rest = restOf(ground)
  const ruleId = await makeRule(ground, packageBytes)
  const ids = await idsOf(ground)
  const count = Math.max(1, Math.round(ground.terminals.length / oneOf))
  const fit = ground.terminals.filter(({ persona }) => persona.platform === PLATFORM)
  const [updated, licensed] = [fit.slice(0, count), ground.terminals.slice(-count)]
  const update = async ({ persona }: FakeTerminal) => {
    const terminalIds = [ids.get(persona.serial)]
    const assignment = { ruleId, what: 'assign', choice: { by: 'terminals', terminalIds } }
    const { fingerprint } = await rest<{ fingerprint: string }>(
      ...(['POST', '/profile/assignments/preview', assignment] as const),
    )
    await rest('POST', '/profile/assignments', { ...assignment, fingerprint })
  }
  return {
    ...{ updates: updated.length, licences: licensed.length },
    async handOut(overMs, signal) {
      const jobs = updated.flatMap((one, at) => {
        const other = licensed[at]
        return [() => update(one), ...(other === undefined ? [] : [() => giveLicence(ground, other, at)])]
      })
      for (const job of jobs) {
        if (signal.aborted) return
        await job()
        await wait(overMs / jobs.length, undefined, { signal }).catch(() => {})
      }
    },
  }
}

async function makeRule(ground: Ground, packageBytes: number): Promise<string> {
  const rest = restOf(ground)
  const files: { uploadId: string }[] = []
  for (const file of makeTeliumSet(VERSION))
    files.push(
      await upload(ground, file.name === LARGE ? { ...file, bytes: randomBytes(packageBytes) } : file),
    )
  const { id: packageId } = await rest<{ id: string }>('POST', '/packages', {
    ...{ platform: PLATFORM, component: 'telium', version: VERSION, files },
  })
  const rule = { name: `Telium ${VERSION}`, platform: PLATFORM, steps: [{ packageId }] }
  return (await rest<{ id: string }>('POST', '/update-rules', rule)).id
}

async function upload(ground: Ground, { name, bytes }: NamedFile): Promise<{ uploadId: string }> {
  const { uploadId, partBytes, partCount } = await restOf(ground)<{
    uploadId: string
    partBytes: number
    partCount: number
  }>('POST', '/uploads', { fileName: name, sizeBytes: bytes.length, purpose: 'packages' })
  for (let index = 0; index < partCount; index++)
    await sendBytes(ground, 'PUT', `/uploads/${uploadId}/parts/${index}`, {
      body: bytes.subarray(index * partBytes, (index + 1) * partBytes),
    })
  return { uploadId }
}

async function giveLicence(ground: Ground, { persona }: FakeTerminal, number: number): Promise<void> {
  const { serial, platform } = persona
  const { fileName, bytes } = makeLicenceFile('json', {
    ...{ serial, platform, licId: `LIC-${number}`, product: 'psPos' },
    ...{ issuedOn: '2026-01-01', validUntil: '2030-01-01' },
  })
  await sendBytes(ground, 'POST', `/licenses/import?fileName=${fileName}`, { body: Buffer.from(bytes) })
}

async function sendBytes(
  { tap, apiKey }: Ground,
  method: string,
  address: string,
  more: Pick<Send, 'body'>,
): Promise<void> {
  const headers = { 'Content-Type': 'application/octet-stream' }
  const answer = await tap.send({ method, path: `/api/v1${address}`, token: apiKey, headers, ...more })
  if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.status} ${answer.body}`)
}

/** By serial number. */
async function idsOf(ground: Ground): Promise<Map<string, string>> {
  const rest = restOf(ground)
  const ids = new Map<string, string>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: { items: { id: string; serial: string }[]; nextCursor: string | null } = await rest(
      ...(['GET', `/terminals?limit=100${after}`] as const),
    )
    for (const { id, serial } of page.items) ids.set(serial, id)
    cursor = page.nextCursor
  }
  return ids
}

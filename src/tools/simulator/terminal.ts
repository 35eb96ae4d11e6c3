import { createHash } from 'node:crypto'
import type { PlatformId } from '../../core/platforms'
import type { HandOverResult } from '../../features/eslips/ingest'
import { Installer, type OfferedApps } from './apps/installer'
import type { Answer, Send, TerminalClient } from './client'
import { uploadLog } from './ecr/upload'
import type { Host } from './host'
import { KeyLoader, type OfferedKeys } from './keys/loader'
import { type Installed, Persona } from './persona'
import { placeOf } from './place'
import { chanceOf } from './random'
import { createSlips } from './slips/create'
import { MOST_OF_A_REQUEST, SlipFlash, type SlipMemory } from './slips/flash'
import { NO_TROUBLES } from './troubles'
import { type OfferedUpdate, Updater } from './updater'

const PREFIX = '/terminal/v1'
const DAY_MS = 86_400_000

export interface OfferedLicence {
  id: string
  kind: 'license'
  licId: string
  sha256: string
  size: number
  url: string
}
export interface OfferedLogRequest {
  id: string
  kind: 'upload-ecr-log'
  from: string
  to: string
}
export type Offered =
  | OfferedLicence
  | OfferedUpdate
  | OfferedApps
  | OfferedKeys
  | OfferedLogRequest
  | { id: string; kind: string }

export interface CheckInOutcome {
  status: number
  nextCheckInSeconds: number
  actions: Offered[]
}

/** What a terminal must not lose when its power fails. */
export interface Memory extends Installed {
  serial: string
  platform: PlatformId
  token: string | undefined
  slips?: SlipMemory
}

/**
 * A terminal that knows nothing but the published protocol. The fleet, the tests and the demonstration play with it;
 * it never looks into the server.
 */
export class FakeTerminal {
  readonly persona: Persona
  readonly slips: SlipFlash
  readonly keys: KeyLoader
  token: string | undefined
  readonly #client: TerminalClient
  readonly #updater: Updater
  /** Where the platform has applications. */
  readonly #installer: Installer | undefined
  #acceptedHash: string | undefined
  #toldToWaitSeconds: number | undefined
  #loggedDay: string | undefined

  constructor(client: TerminalClient, memory: Memory, nowMs = Date.now()) {
    this.#client = client
    this.persona = new Persona(memory.serial, memory.platform, nowMs, memory)
    const host: Host = {
      persona: this.persona,
      fetch: (path, more) => client.send({ token: this.token, ...more, method: 'GET', path }),
      post: (path, json) => this.send('POST', path, { json }),
      report: (actionId, result) => this.report(actionId, result),
    }
    this.keys = new KeyLoader(host)
    this.#updater = new Updater(host)
    this.#installer = this.persona.apps && new Installer(host, this.persona.apps)
    this.token = memory.token
    const { serial, tid, namesSlips, clockSkewMs } = this.persona
    // Not the persona's own chance: a terminal that starts anew makes other slips than before.
    const chance = chanceOf(`slips ${serial} ${nowMs}`)
    const till = { chance, place: placeOf(serial), tid, namesSlips, clockSkewMs, state: memory.slips?.till }
    this.slips = new SlipFlash(createSlips(till), memory.slips)
  }

  get memory(): Memory {
    const { serial, platform, installed } = this.persona
    return { serial, platform, token: this.token, ...installed, slips: this.slips.memory }
  }

  /** Of the last answer: when the same message may be sent again. Undefined where it was not refused for a time. */
  get toldToWaitSeconds(): number | undefined {
    return this.#toldToWaitSeconds
  }

  /** Any message below /terminal/v1, with this terminal's token. */
  async send(method: string, path: string, more: Omit<Send, 'method' | 'path'> = {}): Promise<Answer> {
    this.#toldToWaitSeconds = undefined
    const answer = await this.#client.send({ token: this.token, ...more, method, path: PREFIX + path })
    const retryAfter = answer.headers['retry-after']
    if (retryAfter !== undefined) this.#toldToWaitSeconds = Number(retryAfter)
    return answer
  }

  async enroll(enrollmentCode: string, more: Pick<Send, 'cut'> = {}): Promise<Answer> {
    const { serial, platform, model, tid } = this.persona
    const answer = await this.#client.send({
      method: 'POST',
      path: `${PREFIX}/enroll`,
      json: { serial, platform, model, tid, enrollmentCode },
      ...more,
    })
    if (answer.status === 201) this.token = answer.json<{ token: string }>().token
    return answer
  }

  /** What a check-in says that keeps nothing back. */
  wholeStatus() {
    const status = this.persona.status()
    const statusHash = createHash('sha256').update(JSON.stringify(status)).digest('hex')
    return { status, statusHash, vitals: this.persona.vitals(Date.now()) }
  }

  /** Checks in as the contract says: the whole status when it is new, else its hash alone. */
  async checkIn(more: Pick<Send, 'cut'> = {}): Promise<CheckInOutcome> {
    const { status, ...rest } = this.wholeStatus()
    const { statusHash } = rest
    const isKnown = statusHash === this.#acceptedHash
    const answer = await this.send('POST', '/check-in', {
      json: isKnown ? rest : { status, ...rest },
      ...more,
    })
    if (answer.status === 409 && isKnown) {
      this.#acceptedHash = undefined
      return this.checkIn()
    }
    if (answer.status === 200 || answer.status === 204) this.#acceptedHash = statusHash
    const told =
      answer.status === 200 ? answer.json<{ nextCheckInSeconds: number; actions: Offered[] }>() : undefined
    return {
      status: answer.status,
      nextCheckInSeconds: told?.nextCheckInSeconds ?? Number(answer.headers['psm-next-check-in'] ?? 0),
      actions: told?.actions ?? [],
    }
  }

  /**
   * Hands over one request of waiting slips, which stay waiting unless they are answered.
   * @returns the status; undefined where there is nothing to hand over
   */
  async handOverSlips(
    more: Pick<Send, 'cut'> & { most?: number; again?: boolean } = {},
  ): Promise<number | undefined> {
    const { most = MOST_OF_A_REQUEST, again = false, ...how } = more
    const slips = this.slips.batch(most, again ? this.persona.chance : undefined)
    if (slips.length === 0) return undefined
    const answer = await this.send('POST', '/eslips', { json: { slips }, ...how })
    if (answer.status === 200)
      this.slips.answered(slips, answer.json<{ results: HandOverResult[] }>().results)
    return answer.status
  }

  /**
   * Does what it was told, as far as it can: fetches, compares, reports.
   * @param kept resolves when what the terminal must not lose is on the disk
   * @returns false where there is nothing more to do before the next check-in
   */
  async perform(action: Offered, troubles = NO_TROUBLES, kept = async () => {}): Promise<boolean> {
    if (action.kind === 'update') return this.#updater.perform(action as OfferedUpdate, troubles, kept)
    if (action.kind === 'apps' && this.#installer !== undefined)
      return this.#installer.perform(action as OfferedApps, troubles, kept)
    if (action.kind === 'keys') return this.keys.perform(action as OfferedKeys, troubles, kept)
    if (action.kind === 'license') return this.#fetchLicence(action as OfferedLicence)
    if (action.kind === 'upload-ecr-log') return this.#answerWithLog(action as OfferedLogRequest)
    await this.report(action.id, { state: 'rejected', reason: 'not_supported' })
    return true
  }

  /**
   * Hands over the log of the day before (UTC); none of a terminal without a cash register.
   * @returns the status; undefined where there is nothing to hand over
   */
  async handOverLog(nowMs: number, more: Pick<Send, 'cut'> = {}): Promise<number | undefined> {
    const to = new Date(Math.floor(nowMs / DAY_MS) * DAY_MS)
    const from = new Date(to.getTime() - DAY_MS)
    const name = `ecr-${from.toISOString().slice(0, 10)}.log`
    if (this.#loggedDay === name) return undefined
    const status = await this.#upload({ name, from, to, ...more })
    if (status !== undefined && status < 300) this.#loggedDay = name
    return status
  }

  /** The upload is the proof: nothing is to be reported. */
  async #answerWithLog({ id, from, to }: OfferedLogRequest): Promise<boolean> {
    const name = `asked-${from.slice(0, 10)}-${to.slice(0, 10)}.log`
    const status = await this.#upload({ name, from: new Date(from), to: new Date(to) })
    if (status === undefined) await this.report(id, { state: 'rejected', reason: 'not_supported' })
    return true
  }

  #upload(log: { name: string; from: Date; to: Date } & Pick<Send, 'cut'>): Promise<number | undefined> {
    return uploadLog((method, path, how) => this.send(method, path, how), this.persona, log)
  }

  async #fetchLicence(licence: OfferedLicence): Promise<true> {
    await this.report(licence.id, { state: 'downloading' })
    const answer = await this.#client.send({ method: 'GET', path: licence.url, token: this.token })
    const sha256 = createHash('sha256').update(answer.body).digest('hex')
    if (answer.status !== 200 || sha256 !== licence.sha256) {
      await this.report(licence.id, { state: 'failed', reason: 'hash_mismatch' })
      return true
    }
    const others = this.persona.licenses.filter((one) => one.licId !== licence.licId)
    this.persona.licenses.splice(0, Number.POSITIVE_INFINITY, ...others, { licId: licence.licId, sha256 })
    await this.report(licence.id, { state: 'installed' })
    return true
  }

  report(actionId: string, result: Record<string, unknown>): Promise<Answer> {
    return this.send('POST', `/actions/${actionId}/result`, { json: result })
  }
}

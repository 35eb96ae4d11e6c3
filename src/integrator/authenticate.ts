import type { IncomingMessage } from 'node:http'
import type { Actor, Services } from '../core/context'
import { hashToken, looksLikeToken, TOKEN_PREFIX } from '../core/tokens'
import { findIntegrator, noteApiKeyUse } from '../features/operators'

type Integrator = Extract<Actor, { kind: 'integrator' }>

/** How long a key is believed without asking; the change feed makes a revocation known sooner. */
const BELIEVED_MS = 5_000
const NOTED_EVERY_MS = 60_000
const MAX_REMEMBERED = 10_000
/** The scheme's name has no case (RFC 9110 § 11.1). */
const BEARER = /^bearer +(\S+)$/i

/** Finds out which program calls, by the API key in `Authorization: Bearer psk_…`. Unknown keys are never remembered. */
export class KeyAuthenticator {
  readonly #services: Services
  readonly #known = new Map<string, { actor: Integrator; untilMs: number }>()
  readonly #notedAtMs = new Map<string, number>()

  constructor(services: Services) {
    this.#services = services
  }

  /** Undefined for a stranger. */
  async authenticate(req: IncomingMessage): Promise<Integrator | undefined> {
    const [, token = ''] = BEARER.exec(req.headers.authorization ?? '') ?? []
    if (!looksLikeToken(token, TOKEN_PREFIX.apiKey)) return undefined
    const hash = hashToken(token)
    const name = hash.toString('base64')
    const nowMs = Date.now()
    const known = this.#known.get(name)
    if (known !== undefined && known.untilMs > nowMs) {
      this.#note(known.actor.id, nowMs)
      return known.actor
    }
    const actor = await findIntegrator(this.#services.sql, hash, this.#services.clock.now())
    if (actor === undefined) {
      this.#known.delete(name)
      return undefined
    }
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear()
    this.#known.set(name, { actor, untilMs: nowMs + BELIEVED_MS })
    this.#note(actor.id, nowMs)
    return actor
  }

  /** A key has changed somewhere: all are asked for again. */
  forget(): void {
    this.#known.clear()
  }

  #note(id: string, nowMs: number): void {
    if (nowMs - (this.#notedAtMs.get(id) ?? 0) < NOTED_EVERY_MS) return
    this.#notedAtMs.set(id, nowMs)
    const { sql, log } = this.#services
    noteApiKeyUse(sql, [id], new Date(nowMs)).catch((error: unknown) =>
      log.warn('api_key_use_not_noted', { error: error as Error }),
    )
  }
}

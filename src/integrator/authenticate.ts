import type { IncomingMessage, ServerResponse } from 'node:http'
import { uptimeMs } from '../core/clock'
import type { Actor, Services } from '../core/context'
import { failure } from '../core/errors'
import { GroupCommit } from '../core/group-commit'
import { sourceOf } from '../core/http-caller'
import { isWithinNetworks, type Network, parseNetwork } from '../core/network'
import { CallerLimiter, type Quota, SourceLimiter } from '../core/rate'
import { hashToken, looksLikeToken, TOKEN_PREFIX } from '../core/tokens'
import {
  auditRefusedUse,
  type FoundKey,
  findIntegrators,
  type KeyUse,
  noteApiKeyUse,
  noteRefusedCalls,
} from '../features/operators'
import { UseNotes } from './use-notes'

type Integrator = Extract<Actor, { kind: 'integrator' }>

/** How long a key is believed without asking; the change feed makes a revocation known sooner. */
const BELIEVED_MS = 5_000
const NOTED_EVERY_MS = 60_000
const MAX_REMEMBERED = 10_000
/** Look-ups wait for one another: however many secrets are tried, one query at a time asks for them. */
const LOOK_UP = { maxBatch: 200, maxInFlight: 1, maxQueued: 5_000 }
/** The scheme's name has no case (RFC 9110 § 11.1). */
const BEARER = /^bearer +(\S+)$/i

const addressNotAllowed = failure(
  'forbidden',
  'address_not_allowed',
  'This API key may not be used from this address.',
)
const tooOften = failure('rate_limited', 'rate_limited', 'This API key calls too often.')
const batchTooLarge = failure(
  'invalid_input',
  'batch_beyond_rate',
  'This batch has more calls than the API key may make a minute: it would never be let in. Send it in smaller ones.',
)
const tooManyStrangers = failure(
  'rate_limited',
  'too_many_refusals',
  'Too many refused requests from this address.',
)

/** A request as it counts: what it costs of the key's minute, and the answer that says how much is left. */
export interface Use {
  res: ServerResponse
  /** A batch costs as much as the calls in it. */
  requests: number
}

interface Remembered {
  key: FoundKey
  networks: readonly Network[]
  untilMs: number
}

/**
 * Finds out which program calls, by the API key in `Authorization: Bearer psk_…`, and whether it may from there and so often.
 * Unknown keys are never remembered; a source that keeps guessing is told to wait.
 */
export class KeyAuthenticator {
  readonly #services: Services
  readonly #known = new Map<string, Remembered>()
  readonly #callers = new CallerLimiter()
  readonly #strangers: SourceLimiter
  readonly #lookUps: GroupCommit<Buffer, FoundKey | undefined>
  readonly #uses: UseNotes<KeyUse>
  readonly #refusals: UseNotes<Parameters<typeof noteRefusedCalls>[1]>

  constructor(services: Services) {
    const { sql, log, settings } = services
    this.#services = services
    this.#strangers = new SourceLimiter(settings.terminals.strangerRequestsPerMinute)
    this.#lookUps = new GroupCommit({ ...LOOK_UP, commit: (hashes) => this.#find(hashes) })
    const notes = { everyMs: NOTED_EVERY_MS, log }
    this.#uses = new UseNotes(
      notes,
      (_, now) => now,
      (use) => noteApiKeyUse(sql, use),
    )
    this.#refusals = new UseNotes(
      notes,
      (before, now) => ({ ...now, calls: now.calls + (before?.calls ?? 0) }),
      (refused) => noteRefusedCalls(sql, refused),
    )
  }

  /**
   * Undefined for a stranger.
   * @param use left out where it is only asked whether the caller is still known
   * @throws Failure `address_not_allowed`, `batch_beyond_rate`, `rate_limited`, `too_many_refusals`
   */
  async authenticate(req: IncomingMessage, use?: Use): Promise<Integrator | undefined> {
    const { clock, settings } = this.#services
    const source = sourceOf(req, settings.http.trustProxy)
    const found = await this.#keyOf(req)
    if (found === undefined) return use === undefined ? undefined : this.#refuse(source)
    const { actor, credentialId } = found.key
    if (found.networks.length > 0 && !isWithinNetworks(source, found.networks)) {
      if (use === undefined) return undefined
      const refused = { apiKeyId: actor.id, calls: 1, at: clock.now(), address: source }
      this.#refusals.note(actor.id, refused, uptimeMs())
      this.#audit('address_not_allowed', actor, source, use)
      this.#refuse(source)
      throw addressNotAllowed()
    }
    if (use !== undefined) {
      this.#count(found.key, source, use)
      const noted = { apiKeyId: actor.id, credentialId, at: clock.now(), address: source }
      this.#uses.note(credentialId, noted, uptimeMs())
    }
    return actor
  }

  /** A key has changed somewhere: all are asked for again. */
  forget(): void {
    this.#known.clear()
  }

  async #keyOf(req: IncomingMessage): Promise<Remembered | undefined> {
    const [, token = ''] = BEARER.exec(req.headers.authorization ?? '') ?? []
    if (!looksLikeToken(token, TOKEN_PREFIX.apiKey)) return undefined
    const hash = hashToken(token)
    const name = hash.toString('hex')
    const known = this.#known.get(name)
    const atMs = uptimeMs()
    const isOver = (key: FoundKey) => key.endsAt !== null && key.endsAt <= this.#services.clock.now()
    if (known !== undefined && known.untilMs > atMs && !isOver(known.key)) return known
    this.#known.delete(name)
    const key = await this.#lookUps.submit(hash)
    if (key === undefined) return undefined
    const remembered = {
      key,
      networks: key.allowedAddresses.map(parseNetwork).filter((one) => one !== undefined),
      // From before the question on: what changed while it was answered is not overlooked for longer.
      untilMs: atMs + BELIEVED_MS,
    }
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear()
    this.#known.set(name, remembered)
    return remembered
  }

  async #find(hashes: readonly Buffer[]): Promise<(FoundKey | undefined)[]> {
    const { sql, clock } = this.#services
    const found = await findIntegrators(sql, hashes, clock.now())
    const byHash = new Map(found.map((one) => [one.hash, one]))
    return hashes.map((hash) => byHash.get(hash.toString('hex')))
  }

  #refuse(source: string): undefined {
    if (!this.#strangers.take(source, uptimeMs())) throw tooManyStrangers({ retryAfterSeconds: 30 })
  }

  #audit(
    code: Parameters<typeof auditRefusedUse>[2],
    actor: Integrator,
    address: string,
    { res }: Use,
  ): void {
    const requestId = String(res.getHeader('X-Request-Id') ?? '')
    auditRefusedUse(this.#services, { actor, requestId, address }, code)
  }

  #count({ actor, requestsPerMinute }: FoundKey, source: string, use: Use): void {
    const { res, requests } = use
    const perMinute = requestsPerMinute ?? this.#services.settings.api.requestsPerMinute
    if (requests > perMinute) throw batchTooLarge({ values: { requests, requestsPerMinute: perMinute } })
    const quota = this.#callers.take(actor.id, perMinute, requests, uptimeMs())
    for (const [name, value] of Object.entries(rateHeaders(perMinute, quota))) res.setHeader(name, value)
    if (quota.isGranted) return
    this.#audit('rate_limited', actor, source, use)
    throw tooOften({ retryAfterSeconds: quota.resetSeconds, values: { requestsPerMinute: perMinute } })
  }
}

/** draft-ietf-httpapi-ratelimit-headers-11: structured fields that name one policy, `t` the same moment as Retry-After. */
function rateHeaders(perMinute: number, { remaining, resetSeconds }: Quota): Record<string, string> {
  return {
    'RateLimit-Policy': `"minute";q=${perMinute};w=60`,
    RateLimit: `"minute";r=${remaining};t=${resetSeconds}`,
  }
}

import type { IncomingMessage } from 'node:http'
import type { Actor, Services } from '../../../core/context'
import { isJsonOrNothing, isOwnPage, provesOwnPage } from '../../../core/http-caller'
import type { Role } from '../../../core/permissions'
import type { SignedCookies } from './cookies'
import { foreignOrigin } from './errors'

export interface SignedIn {
  actor: Extract<Actor, { kind: 'operator' }>
  username: string
  name: string
  twoFactorEnabled: boolean
  session: { id: string; createdAt: Date; expiresAt: Date; provedAt: Date }
}

interface Row {
  id: string
  username: string
  name: string
  role: Role
  visibility: SignedIn['actor']['visibility']
  twoFactorEnabled: boolean
  sessionId: string
  createdAt: Date
  expiresAt: Date
  lastUsedAt: Date
  provedAt: Date
}

const RENEWED_EVERY_MS = 60_000
const SAFE_METHODS = ['GET', 'HEAD']

/**
 * Finds out which person calls, by the session cookie. Every request asks the database: a session that was ended, an
 * account that was closed or a role that was changed anywhere is known with the next request on every server.
 */
export class SessionAuthenticator {
  readonly #services: Services
  readonly #cookies: SignedCookies

  constructor(services: Services, cookies: SignedCookies) {
    this.#services = services
    this.#cookies = cookies
  }

  /**
   * For doors that act: undefined for a stranger.
   * @throws Failure `foreign_origin` where a page of another site uses the visitor's cookie.
   */
  async authenticate(req: IncomingMessage): Promise<SignedIn | undefined> {
    const signedIn = await this.find(req, { isUse: !isUnattended(req) })
    if (signedIn !== undefined && !this.#isOwn(req)) throw foreignOrigin()
    return signedIn
  }

  /** For pages, which other sites may link to, and for streams, which are no use of the session. */
  async find(req: IncomingMessage, { isUse }: { isUse: boolean }): Promise<SignedIn | undefined> {
    const token = this.#cookies.value(req, 'session')
    if (token === undefined) return undefined
    const { sql, clock, settings } = this.#services
    const now = clock.now()
    const idleSince = new Date(now.getTime() - settings.signIn.idleMinutes * 60_000)
    const [row] = await sql<Row[]>`
      select o.id, o.username, o.name, o.role, o.visibility, o.two_factor_enabled as "twoFactorEnabled",
        s.id as "sessionId", s.created_at as "createdAt", s.expires_at as "expiresAt", s.last_used_at as "lastUsedAt",
        s.proved_at as "provedAt"
      from operator_sessions s join operators o on o.id = s.operator_id
      where s.token = ${token} and s.expires_at > ${now} and s.last_used_at > ${idleSince} and o.state = 'active'`
    if (row === undefined) return undefined
    if (isUse && now.getTime() - row.lastUsedAt.getTime() >= RENEWED_EVERY_MS)
      await sql`update operator_sessions set last_used_at = greatest(last_used_at, ${now}) where id = ${row.sessionId}`
    const {
      id,
      username,
      name,
      role,
      visibility,
      twoFactorEnabled,
      sessionId,
      createdAt,
      expiresAt,
      provedAt,
    } = row
    return {
      actor: {
        ...{ kind: 'operator', id, name: username, role, visibility, sessionId, provedAt },
        owesSecondFactor: !twoFactorEnabled && settings.signIn.secondFactorRoles.includes(role),
      },
      username,
      name,
      twoFactorEnabled,
      session: { id: sessionId, createdAt, expiresAt, provedAt },
    }
  }

  /** What changes something and is not JSON could be a form of another site: there the browser must say whose it is. */
  #isOwn(req: IncomingMessage): boolean {
    const { http } = this.#services.settings
    const isPlain = SAFE_METHODS.includes(req.method ?? '') || isJsonOrNothing(req)
    return isPlain ? isOwnPage(req, http) : provesOwnPage(req, http)
  }
}

/**
 * What a page asks by itself would keep an abandoned session alive for ever (PCI DSS 8.2.8): streams, which open again after every
 * break, and lists that refresh while nobody is there. Who leaves the header out gains what any request gains.
 */
function isUnattended({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/event-stream') === true || headers['psm-unattended'] !== undefined
}

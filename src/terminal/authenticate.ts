import type { IncomingMessage } from 'node:http'
import { failure } from '../core/errors'
import type { SourceLimiter } from '../core/rate'
import { hashToken, looksLikeToken, TOKEN_PREFIX } from '../core/tokens'
import type { DoorTerminal } from '../features/terminals'
import type { TerminalDirectory } from './directory'

const stranger = failure(
  'unauthenticated',
  'unauthenticated',
  'A valid terminal token is needed: Authorization: Bearer pst_…',
)
const tooManyStrangers = failure(
  'rate_limited',
  'too_many_refusals',
  'Too many refused requests from this address.',
)
const stale = failure('unavailable', 'database_unreachable', 'The server cannot vouch for tokens just now.')

export interface AuthenticatorParts {
  directory: TerminalDirectory
  strangers: SourceLimiter
  /** False while a revocation may have been missed: then nobody is let in from memory. */
  isTrusted(atMs: number): boolean
  /** Terminals whose current or pending secret has one of these hashes. */
  find(tokenHashes: readonly Buffer[]): Promise<readonly DoorTerminal[]>
  /** A pending secret is used for the first time: it becomes the only one. False when it is not pending any more. */
  firstUse(terminalId: string, credentialId: string): Promise<boolean>
  /** Puts a terminal as the database has it into the directory, or takes it out. */
  refresh(terminalId: string): Promise<void>
}

/**
 * Finds out which terminal calls: from memory, else from the database, where lookups of one turn share a query.
 * Unknown secrets are never remembered; a source that keeps guessing is told to wait.
 */
export class Authenticator {
  readonly #parts: AuthenticatorParts
  #waiting: { hash: Buffer; resolve(found: DoorTerminal | undefined): void; reject(error: unknown): void }[] =
    []

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts
  }

  /** The caller's slot at a moment of `uptimeMs`; thrown as `unauthenticated` or `rate_limited` where there is none. */
  authenticate(req: IncomingMessage, source: string, atMs: number): number | Promise<number> {
    const header = req.headers.authorization
    const token = header?.startsWith('Bearer ') === true ? header.slice(7) : ''
    if (!looksLikeToken(token, TOKEN_PREFIX.terminal)) throw this.#refusal(source, atMs)
    const hash = hashToken(token)
    const slot = this.#parts.directory.findByToken(hash)
    if (slot === -1) return this.#lookUp(hash, source, atMs)
    if (!this.#parts.isTrusted(atMs)) throw stale({ retryAfterSeconds: 10 })
    return slot
  }

  #refusal(source: string, atMs: number) {
    return this.#parts.strangers.take(source, atMs) ? stranger() : tooManyStrangers({ retryAfterSeconds: 30 })
  }

  async #lookUp(hash: Buffer, source: string, atMs: number): Promise<number> {
    const { directory } = this.#parts
    const found = await this.#find(hash)
    const credential = found?.credentials.find((one) => one.hash.equals(hash))
    if (found === undefined || credential === undefined) throw this.#refusal(source, atMs)
    // False where another request was first with the same secret: then it is current now, which the refresh shows.
    if (credential.state === 'pending') await this.#parts.firstUse(found.terminalId, credential.id)
    await this.#parts.refresh(found.terminalId)
    const slot = directory.findByToken(hash)
    if (slot === -1) throw this.#refusal(source, atMs)
    return slot
  }

  #find(hash: Buffer): Promise<DoorTerminal | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ hash, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => void this.#findTogether())
    })
  }

  async #findTogether(): Promise<void> {
    const batch = this.#waiting.splice(0)
    try {
      const found = await this.#parts.find(batch.map(({ hash }) => hash))
      for (const { hash, resolve } of batch)
        resolve(found.find((one) => one.credentials.some((credential) => credential.hash.equals(hash))))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}

import type { BlobStore } from '../blobs/blob-store'
import type { Settings } from '../config'
import type { Database, RawSql } from '../db/client'
import type { Clock } from './clock'
import { forbidden, reauthenticationNeeded, secondFactorNeeded } from './errors'
import type { KeyEncryption } from './key-encryption'
import type { Logger } from './log'
import type { Once } from './once'
import {
  type Needed,
  neededName,
  OWN_ACCOUNT,
  type Permission,
  type Role,
  roleMay,
  type Scope,
} from './permissions'
import type { ServerFacts } from './server-facts'
import type { Vault } from './vault'

/** Which terminals (and what hangs on them) a caller may see. Limits add up: in one of the groups or of the merchants. */
export type Visibility =
  | { kind: 'all' }
  | { kind: 'limited'; groupIds: readonly string[]; merchantIds: readonly string[] }

export const SEES_ALL: Visibility = { kind: 'all' }

/** Who is calling: a closed set. `job` is the server itself or a person at its command line. */
export type Actor =
  | {
      kind: 'operator'
      id: string
      name: string
      role: Role
      visibility: Visibility
      /** The session a person has signed in with; only an operator played by a test has none. */
      sessionId?: string
      /** When that session last proved its password, and its second factor where there is one. */
      provedAt?: Date
      /** The role needs a second factor that the person has not: the own account is all there is until then. */
      owesSecondFactor?: boolean
    }
  | { kind: 'integrator'; id: string; name: string; scopes: readonly Scope[]; visibility: Visibility }
  | { kind: 'terminal'; id: string; serial: string }
  | { kind: 'job'; name: string }

/** What one caller does over and over, and owes an audit row each time. */
export interface Burst {
  /** `subject.verb` in the past tense: `eslip.pulled`. */
  action: string
  subject: { kind: string; id: string; label: string }
  after?: Record<string, unknown>
  /** Added up over the times that share a row. */
  amounts?: Readonly<Record<string, number>>
  /** The subject as it is best called, looked for when a row of it begins. */
  findSubject?(): Promise<Burst['subject']>
  /** Where there is no room to remember it: counted there, instead of a row by itself. */
  beyond?: Tally
}

/** What is told by numbers alone: one row of its caller a minute, with how often there was what. */
export interface Tally {
  /** `subject.verb` in the past tense: `access.refused_often`. */
  action: string
  subject: Burst['subject']
  after?: Record<string, unknown>
  /** The field of the row that names its kinds, and the kind of this one. */
  kinds: string
  kind: string
}

/** Whom audit rows name. */
export type AuditCaller = Pick<Ctx, 'actor' | 'requestId' | 'address'>

/** Audit rows of what happens over and over (audit-bursts.ts). */
export interface AuditBursts {
  /** Resolves when the first of its row is written: what leaves the house leaves after that. */
  note(caller: AuditCaller, burst: Burst): Promise<void>
  /** Counts what gets no row by itself. */
  count(caller: AuditCaller, tally: Tally): void
}

/** Everything a verb may use. Verbs take exactly this and their input. */
export interface Ctx {
  readonly actor: Actor
  readonly db: Database
  /** The raw postgres.js client, for the few statements that carry whole batches. */
  readonly sql: RawSql
  readonly blobs: BlobStore
  readonly clock: Clock
  /** For secrets that must be read again; what is only compared is stored as a hash instead. */
  readonly vault: Vault
  /** For the data keys of key files. */
  readonly keyEncryption: KeyEncryption
  readonly auditBursts: AuditBursts
  readonly settings: Settings
  readonly log: Logger
  /** Absent in a program beside the server. */
  readonly server?: ServerFacts
  readonly requestId: string
  /** Where the caller calls from; none where nobody calls. */
  readonly address?: string | undefined
  /** Where the caller has named a write, so that it may be sent again and is done once. */
  readonly once?: Once | undefined
}

/** What a transport is given to make a Ctx of, once it knows who calls. */
export type Services = Omit<Ctx, 'actor' | 'requestId' | 'address' | 'once'>

/**
 * True where a caller may do and see exactly what they might before: what takes long goes on only then. The same session
 * or secret never becomes somebody else’s.
 * @param now undefined where they are not known any more
 */
export function hasSameRights(before: Actor, now: Actor | undefined): boolean {
  return now !== undefined && rightsOf(before) === rightsOf(now)
}

/** Whatever of a caller decides what they may do and see, in one order. */
function rightsOf(actor: Actor): string {
  if (actor.kind === 'operator')
    return JSON.stringify([actor.role, actor.owesSecondFactor === true, sightOf(actor.visibility)])
  if (actor.kind === 'integrator')
    return JSON.stringify([[...actor.scopes].sort(), sightOf(actor.visibility)])
  return actor.kind
}

function sightOf(visibility: Visibility) {
  if (visibility.kind === 'all') return []
  return [[...visibility.groupIds].sort(), [...visibility.merchantIds].sort()]
}

/** What a person calls the one who calls: for rows that say by whom they were made. */
export function callerName(actor: Actor): string {
  return actor.kind === 'terminal' ? actor.serial : actor.name
}

/** The rows an actor may see; a terminal sees itself, which its own verbs check. */
export function visibilityOf(actor: Actor): Visibility {
  if (actor.kind === 'operator' || actor.kind === 'integrator') return actor.visibility
  if (actor.kind === 'job') return SEES_ALL
  return { kind: 'limited', groupIds: [], merchantIds: [] }
}

/** True where the permission table, the key's scopes or the kind of caller allow it. */
export function isPermitted(actor: Actor, needed: Needed): boolean {
  return [needed].flat().some((permission) => mayDo(actor, permission))
}

function mayDo(actor: Actor, permission: Permission): boolean {
  if (permission === OWN_ACCOUNT) return actor.kind === 'operator'
  if (actor.kind === 'job') return true
  if (actor.kind === 'operator') return actor.owesSecondFactor !== true && roleMay(actor.role, permission)
  if (actor.kind === 'integrator') return actor.scopes.includes(permission)
  return false
}

/**
 * The one gate of every door.
 * @throws forbidden, second_factor_needed
 */
export function requirePermission(actor: Actor, needed: Needed): void {
  if (isPermitted(actor, needed)) return
  if (actor.kind === 'operator' && actor.owesSecondFactor) throw secondFactorNeeded()
  throw forbidden({ values: { permission: neededName(needed) } })
}

/**
 * Refuses a person who proved who they are too long ago. Programs, jobs and the command line have nobody to ask.
 * @throws reauthentication_needed
 */
export function requireFresh({ actor, clock, settings }: Pick<Ctx, 'actor' | 'clock' | 'settings'>): void {
  if (actor.kind !== 'operator') return
  const oldest = clock.now().getTime() - settings.signIn.freshMinutes * 60_000
  if (actor.provedAt === undefined || actor.provedAt.getTime() <= oldest) throw reauthenticationNeeded()
}

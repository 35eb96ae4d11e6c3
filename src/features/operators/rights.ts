import { type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { type Actor, type Ctx, isPermitted, type Visibility, visibilityOf } from '../../core/context'
import { isForPrograms, PERMISSION_NAMES, type Role, roleMay, type Scope } from '../../core/permissions'
import { personNeeded, scopeBeyondOwn } from './errors'

/**
 * Nobody hands out more than they have: neither scopes nor a role's permissions, and no wider sight of terminals.
 * Else a key that may make operators could make itself an administrator. What is for programs alone, people who make
 * their keys do give. `scope_beyond_own` names what is beyond.
 */
export function requireWithinOwn(actor: Actor, scopes: readonly Scope[], visibility: Visibility): void {
  const isPerson = actor.kind === 'operator'
  const beyond = scopes.filter((one) => !isPermitted(actor, one) && !(isPerson && isForPrograms(one)))
  if (beyond.length > 0 || !isWithin(visibilityOf(actor), visibility))
    throw scopeBeyondOwn({ values: { scopes: beyond } })
}

/**
 * The same of a role. Duties that are kept apart from administration are given by administrators, who do not have them:
 * else nobody could appoint the first key officer.
 */
export function requireMayAppoint(actor: Actor, role: Role, visibility: Visibility): void {
  const isAdmin = actor.kind === 'operator' && actor.role === 'admin'
  requireWithinOwn(actor, isAdmin ? [] : scopesOf(role), visibility)
}

/** What makes more ways in, and the word of one of two people. */
const FOR_PEOPLE_TO_GIVE: readonly Scope[] = ['operators:write', 'api-keys:write', 'keys:approve']

/**
 * A program has nobody at the desk to ask: by its key alone, nobody gets or keeps a way in that makes further ones.
 * `person_needed` names what a person has to give.
 */
export function requirePersonToGive(actor: Actor, scopes: readonly Scope[]): void {
  const beyond = scopes.filter((one) => FOR_PEOPLE_TO_GIVE.includes(one))
  if (actor.kind === 'integrator' && beyond.length > 0) throw personNeeded({ values: { scopes: beyond } })
}

export function scopesOf(role: Role): Scope[] {
  return PERMISSION_NAMES.filter((permission) => roleMay(role, permission))
}

function isWithin(own: Visibility, wanted: Visibility): boolean {
  if (own.kind === 'all') return true
  if (wanted.kind === 'all') return false
  return (
    wanted.groupIds.every((id) => own.groupIds.includes(id)) &&
    wanted.merchantIds.every((id) => own.merchantIds.includes(id))
  )
}

/** True where two limits show the same, in whatever order they name it. */
export function isSameSight(one: Visibility, other: Visibility): boolean {
  return isWithin(one, other) && isWithin(other, one)
}

/** For an answer, whose lists are its own. */
export function copyOfVisibility(limits: Visibility) {
  if (limits.kind === 'all') return limits
  return { kind: limits.kind, groupIds: [...limits.groupIds], merchantIds: [...limits.merchantIds] }
}

/** True where the caller may see this person or program: it sees no more terminals than the caller does. */
export function isSeen(actor: Actor, visibility: Visibility): boolean {
  return isWithin(visibilityOf(actor), visibility)
}

/** The same as a condition. */
export function seesNoMore(ctx: Pick<Ctx, 'actor'>, visibility: AnyPgColumn | SQL): SQL {
  const own = visibilityOf(ctx.actor)
  if (own.kind === 'all') return sql`true`
  return sql`(${visibility} ->> 'kind' = 'limited'
    and ${visibility} -> 'groupIds' <@ ${JSON.stringify(own.groupIds)}::text::jsonb
    and ${visibility} -> 'merchantIds' <@ ${JSON.stringify(own.merchantIds)}::text::jsonb)`
}

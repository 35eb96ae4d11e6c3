import type { Actor, Services } from '../../src/core/context'
import { PERMISSION_NAMES, ROLES, roleMay } from '../../src/core/permissions'
import { mintToken } from '../../src/core/tokens'
import { createApiKey } from '../../src/features/operators'
import { seedKeys } from '../../src/tools/seed/keys'
import { seedLicences } from '../../src/tools/seed/licences'
import { seedPackages } from '../../src/tools/seed/packages'
import { seedPast } from '../../src/tools/seed/past'
import { seedRegistry } from '../../src/tools/seed/registry'
import { seedSlips } from '../../src/tools/seed/slips'
import { BYTES, PROCEDURES } from '../rules/matrix'
import { putOneOfEverything } from '../support/one-of-everything'
import { job, makeCtx, operator } from '../support/services'
import type { Examples } from './requests'

export interface FuzzCaller {
  name: string
  headers: Record<string, string>
  /** Has nothing to say here: 401 whatever it asks. */
  isStranger: boolean
  /** How often it asks, of all. */
  weight: number
}

export interface World {
  callers: readonly FuzzCaller[]
  /** Ids of the keys that callers show: they are not revoked by the way. */
  ownKeyIds: readonly string[]
  /** A sound input for everything that there is. */
  examples: Examples
  people: ReadonlyMap<string | undefined, Actor>
}

/** A fleet with a past, one row of everything there is, and every kind of caller. */
export async function openWorld(services: Services): Promise<World> {
  const people = new Map<string | undefined, Actor>(ROLES.map((role) => [role, operator(role)]))
  const shell = makeCtx(services, job())
  await seedRegistry(shell)
  await seedLicences(shell)
  await seedPast(shell)
  await seedSlips(shell)
  await seedPackages(shell)
  const keySystem = await createApiKey(shell, { name: 'key system', scopes: ['keys:deposit'] })
  await seedKeys(shell, { id: keySystem.id, name: 'key system' })
  const ids = await putOneOfEverything(makeCtx(services, people.get('admin') as Actor))

  const ownKeyIds: string[] = [keySystem.id]
  const program = async (name: string, weight: number, more: object): Promise<FuzzCaller> => {
    const { id, key } = await createApiKey(shell, { name, scopes: [...PERMISSION_NAMES], ...more })
    ownKeyIds.push(id)
    return { name, headers: { Authorization: `Bearer ${key}` }, isStranger: false, weight }
  }
  const stranger = (name: string, authorization?: string): FuzzCaller => ({
    name,
    headers: authorization === undefined ? {} : { Authorization: authorization },
    isStranger: true,
    weight: 1,
  })
  const limits = (visibility: object) => ({ visibility: { kind: 'limited', ...visibility } })
  const callers = [
    await program('a key with every scope', 30, {}),
    await program('a key of a group', 6, limits({ groupIds: [ids.groupId] })),
    await program('a key of a merchant', 4, limits({ merchantIds: [ids.merchantId] })),
    await program('a key that sees nothing', 2, limits({})),
    await program('a key with one scope', 2, { scopes: ['terminals:read'] }),
    ...ROLES.map((role) => ({
      name: `a person as ${role}`,
      headers: { 'X-Test-Role': role },
      isStranger: false,
      weight: role === 'admin' ? 15 : 3,
    })),
    stranger('a stranger'),
    stranger('an unknown key', `Bearer ${mintToken('psk_')}`),
    stranger('a terminal', `Bearer ${mintToken('pst_')}`),
    stranger('half a key', 'Bearer psk_'),
    stranger('another scheme', 'Basic cHNtOnBzbQ=='),
  ]
  for (const role of ROLES) {
    const scopes = PERMISSION_NAMES.filter((one) => roleMay(role, one))
    callers.push(await program(`a key with the scopes of ${role}`, 2, { scopes }))
  }
  const examples = Object.fromEntries(
    Object.entries({ ...PROCEDURES, ...BYTES }).map(([name, row]) => [name, row.input(ids)]),
  )
  return { callers, ownKeyIds, examples, people }
}

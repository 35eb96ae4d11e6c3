import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ctx, Visibility } from '../../../src/core/context'
import { createApiKey, updateApiKey } from '../../../src/features/operators/service/api-keys'
import { createOperator, setOperatorVisibility } from '../../../src/features/operators/service/people'
import { createGroup, createMerchant } from '../../../src/features/terminals/service/places'
import { useTestDatabase } from '../../support/postgres'
import { makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let admin: Ctx
let made = 0
let north: string
let south: string
let shop: string
beforeAll(async () => {
  admin = makeCtx(await makeServices(database), operator('admin'))
})
beforeEach(async () => {
  made++
  north = (await createGroup(admin, { name: `North ${made}` })).id
  south = (await createGroup(admin, { name: `South ${made}` })).id
  shop = (await createMerchant(admin, { name: `Shop ${made}`, externalId: `M-${made}` })).id
})

const limits = (groupIds: string[], merchantIds: string[] = []) =>
  ({ kind: 'limited', groupIds, merchantIds }) satisfies Visibility
const person = (visibility: Visibility) =>
  createOperator(admin, {
    username: `limited${made}`,
    password: 'correct horse battery',
    role: 'viewer',
    visibility: visibility as ReturnType<typeof limits>,
  })
const program = (visibility: Visibility) =>
  createApiKey(admin, {
    name: 'p',
    scopes: ['terminals:read'],
    visibility: visibility as ReturnType<typeof limits>,
  })

/** What the newest entry about something says of its limits. */
async function toldOf(subjectId: string) {
  const [row] = await database.sql<{ action: string; visibility: { before: unknown; after: unknown } }[]>`
    select action, changes -> 'visibility' as visibility from audit_entries where subject_id = ${subjectId}
    order by seq desc limit 1`
  return row
}

describe('limits in the audit log', () => {
  it('of an operator have the names of groups and merchants beside their identifiers', async () => {
    const { id } = await person(limits([south, north]))
    const names = (groups: string[], merchants: string[]) => expect.objectContaining({ groups, merchants })
    expect(await toldOf(id)).toEqual({
      action: 'operator.created',
      visibility: {
        before: null,
        after: {
          kind: 'limited',
          groups: [`North ${made}`, `South ${made}`],
          merchants: [],
          groupIds: [north, south],
          merchantIds: [],
        },
      },
    })
    await setOperatorVisibility(admin, { operatorId: id, visibility: limits([north], [shop]) })
    expect(await toldOf(id)).toEqual({
      action: 'operator.visibility_changed',
      visibility: {
        before: names([`North ${made}`, `South ${made}`], []),
        after: names([`North ${made}`], [`Shop ${made} (M-${made})`]),
      },
    })
    await setOperatorVisibility(admin, { operatorId: id, visibility: { kind: 'all' } })
    expect((await toldOf(id))?.visibility).toEqual({
      before: names([`North ${made}`], [`Shop ${made} (M-${made})`]),
      after: { kind: 'all' },
    })
  })

  it('of an API key too, and are not told where something else changes', async () => {
    const { id } = await program(limits([north]))
    expect((await toldOf(id))?.visibility.after).toMatchObject({
      groups: [`North ${made}`],
      groupIds: [north],
    })
    await updateApiKey(admin, { apiKeyId: id, name: 'other' })
    expect(await toldOf(id)).toEqual({ action: 'api_key.updated', visibility: null })
    await updateApiKey(admin, { apiKeyId: id, visibility: limits([south], [shop]) })
    expect((await toldOf(id))?.visibility).toMatchObject({
      before: { groups: [`North ${made}`], merchants: [] },
      after: { groups: [`South ${made}`], merchants: [`Shop ${made} (M-${made})`] },
    })
  })
})

import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Visibility } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { searchSlips } from '../../../src/features/eslips/search'
import { listEcrLogs } from '../../../src/features/monitoring/ecr-logs/find'
import { listPosLog } from '../../../src/features/monitoring/pos-log/queries'
import { listStatus } from '../../../src/features/monitoring/status/queries'
import { listApiKeys } from '../../../src/features/operators/service/api-key-views'
import { createApiKey, revokeApiKey, updateApiKey } from '../../../src/features/operators/service/api-keys'
import {
  createOperator,
  listOperators,
  setOperatorVisibility,
} from '../../../src/features/operators/service/people'
import { listTerminals } from '../../../src/features/terminals/service/find'
import {
  createGroup,
  createMerchant,
  deleteGroup,
  deleteMerchant,
} from '../../../src/features/terminals/service/places'
import { createWebhookOf } from '../../../src/features/webhooks/service/endpoints'
import { putOneOfEverything } from '../../support/one-of-everything'
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

const refusalOf = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    ({ kind, code, details }: { kind: string; code: string; details: { values?: unknown } }) => ({
      kind,
      code,
      values: details.values,
    }),
  )

describe('limits that name what is not there', () => {
  it('are refused with what is missing, by whatever way they are set', async () => {
    const [group, merchant] = [newId(), newId()]
    const wrong = limits([north, group], [merchant, shop])
    const refusal = {
      ...{ kind: 'unprocessable', code: 'limits_unknown' },
      values: { groupIds: [group], merchantIds: [merchant] },
    }
    const { id: operatorId } = await person(limits([north]))
    const { id: apiKeyId } = await program(limits([north]))
    expect(await refusalOf(program(wrong))).toEqual(refusal)
    expect(await refusalOf(updateApiKey(admin, { apiKeyId, visibility: wrong }))).toEqual(refusal)
    expect(await refusalOf(setOperatorVisibility(admin, { operatorId, visibility: wrong }))).toEqual(refusal)
    made++
    expect(await refusalOf(person(wrong))).toEqual(refusal)
    // A merchant is no group.
    expect(await refusalOf(program(limits([shop])))).toMatchObject({ code: 'limits_unknown' })
  })

  it('stand where they were set before, as long as something else is changed', async () => {
    const { id: apiKeyId } = await program(limits([north]))
    const gone = JSON.stringify(limits([newId()]))
    await database.sql`update api_keys set visibility = ${gone}::text::jsonb where id = ${apiKeyId}`
    await updateApiKey(admin, { apiKeyId, name: 'renamed' })
    const told = await toldOf(apiKeyId)
    expect(told).toEqual({ action: 'api_key.updated', visibility: null })
  })
})

describe('a group or merchant that limits name', () => {
  const inLimits = (values: object) => ({ kind: 'conflict', code: 'place_in_limits', values })
  const none = { operators: 0, apiKeys: 0, webhooks: 0 }

  it('stays until it is out of the limits of operators', async () => {
    const { id: operatorId } = await person(limits([north, south]))
    expect(await refusalOf(deleteGroup(admin, { groupId: north }))).toEqual(
      inLimits({ ...none, operators: 1 }),
    )
    await setOperatorVisibility(admin, { operatorId, visibility: limits([south]) })
    expect(await refusalOf(deleteGroup(admin, { groupId: north }))).toBeUndefined()
    expect(await refusalOf(deleteGroup(admin, { groupId: south }))).toEqual(
      inLimits({ ...none, operators: 1 }),
    )
  })

  it('stays until it is out of those of API keys, of which revoked ones do not count', async () => {
    const { id: apiKeyId } = await program(limits([], [shop]))
    const asked = () => refusalOf(deleteMerchant(admin, { merchantId: shop }))
    expect(await asked()).toEqual(inLimits({ ...none, apiKeys: 1 }))
    await revokeApiKey(admin, { apiKeyId })
    expect(await asked()).toBeUndefined()
  })

  it('stays until it is out of those of webhooks, in whatever letters they were written', async () => {
    const { id } = await createWebhookOf([])(admin, {
      name: 'w',
      url: 'https://example.com/',
      eventTypes: ['eslip.created'],
      visibility: limits([north.toUpperCase()]),
    })
    expect(await refusalOf(deleteGroup(admin, { groupId: north }))).toEqual(
      inLimits({ ...none, webhooks: 1 }),
    )
    await database.sql`update webhook_endpoints set visibility = '{"kind": "all"}' where id = ${id}`
    expect(await refusalOf(deleteGroup(admin, { groupId: north }))).toBeUndefined()
  })

  it('never goes while limits to it are being set', async () => {
    for (let n = 0; n < 10; n++) {
      const { id: groupId } = await createGroup(admin, { name: `Race ${made} ${n}` })
      const [deleting, making] = await Promise.all([
        refusalOf(deleteGroup(admin, { groupId })),
        refusalOf(program(limits([groupId]))),
      ])
      expect([deleting?.code, making?.code]).toContainEqual(
        deleting === undefined ? 'limits_unknown' : 'place_in_limits',
      )
    }
  })
})

describe('limits in capital letters', () => {
  it('show the same as in small ones, to whom they are set and to whoever has the same', async () => {
    const written = limits([north.toUpperCase()], [shop.toUpperCase()])
    const { id: operatorId } = await person(written)
    const { id: apiKeyId } = await program(written)
    const { id: webhookId } = await createWebhookOf([])(admin, {
      ...{ name: 'w', url: 'https://example.com/', eventTypes: ['eslip.created'], visibility: written },
    })
    const [kept] = await database.sql`select
      (select visibility from operators where id = ${operatorId}) as operator,
      (select visibility from api_keys where id = ${apiKeyId}) as "apiKey",
      (select visibility from webhook_endpoints where id = ${webhookId}) as webhook`
    const small = limits([north], [shop])
    expect(kept).toEqual({ operator: small, apiKey: small, webhook: small })
    const neighbour = { ...admin, actor: { ...admin.actor, visibility: small } as Actor }
    expect((await listApiKeys(neighbour, {})).items.map(({ id }) => id)).toEqual([apiKeyId])
    expect((await listOperators(neighbour, {})).items.map(({ id }) => id)).toEqual([operatorId])
  })
})

describe('limits that are left with nothing', () => {
  it('show nothing, and never everything', async () => {
    await putOneOfEverything(admin)
    for (const visibility of [limits([]), limits([newId()]), limits([], [newId()])]) {
      const nobody = { ...admin, actor: { ...admin.actor, visibility } as Actor }
      const pages = [
        await listTerminals(nobody, {}),
        await listStatus(nobody, {}),
        await listPosLog(nobody, {}),
        await listEcrLogs(nobody, {}),
        await searchSlips(nobody, {}),
      ]
      expect(pages.map(({ items }) => items)).toEqual([[], [], [], [], []])
    }
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createOperator } from '../../../src/features/operators'
import { listApiKeys } from '../../../src/features/operators/service/api-key-views'
import {
  createApiKey,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
} from '../../../src/features/operators/service/api-keys'
import { getMade } from '../../../src/features/operators/service/made'
import { disableOperator, enableOperator } from '../../../src/features/operators/service/people'
import { createWebhookOf, deleteWebhook } from '../../../src/features/webhooks/service/endpoints'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
let me: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, await person('stays'))
})

/** An administrator with an account. */
async function person(username: string): Promise<Extract<Actor, { kind: 'operator' }>> {
  const account = { username, password: 'twelve characters', role: 'admin' as const }
  const { id } = await createOperator(makeCtx(services, job()), account)
  return { ...(operator('admin') as Extract<Actor, { kind: 'operator' }>), id, name: username }
}
const key = (ctx: Ctx, name: string) => createApiKey(ctx, { name, scopes: ['status:read'] })
const hook = { name: 'Books', url: 'https://example.com/', eventTypes: ['eslip.created' as const] }
const marked = async () =>
  (await listApiKeys(me, { warning: 'maker_gone', limit: 1000 })).items.map(({ name }) => name).sort()

describe('somebody who leaves', () => {
  it('leaves API keys and webhooks behind, which closing the account tells', async () => {
    const leaver = await person('leaver')
    const theirs = makeCtx(services, leaver)
    await key(theirs, 'own')
    const ended = await key(theirs, 'ended')
    await revokeApiKey(me, { apiKeyId: ended.id })
    const shared = await key(me, 'shared')
    await rotateApiKey(theirs, { apiKeyId: shared.id })
    await key(me, 'of another')
    const { id: webhookId } = await createWebhookOf([])(theirs, hook)
    const made = {
      apiKeys: [
        expect.objectContaining({ name: 'own', how: 'made', lastUsedAt: null }),
        expect.objectContaining({ id: shared.id, name: 'shared', how: 'renewed' }),
      ],
      webhooks: [{ id: webhookId, name: 'Books', state: 'enabled' }],
    }
    expect(await getMade(me, { operatorId: leaver.id })).toEqual(made)
    expect(await disableOperator(me, { operatorId: leaver.id })).toMatchObject({ state: 'disabled', made })
    await deleteWebhook(me, { webhookId })
  })

  it('is behind what a key of theirs makes, too', async () => {
    const leaver = await person('by-program')
    const { id } = await createApiKey(makeCtx(services, leaver), {
      name: 'their program',
      scopes: ['webhooks:write', 'eslips:read'],
    })
    const program = makeCtx(services, { ...integrator('webhooks:write', 'eslips:read'), id } as Actor)
    const { id: webhookId } = await createWebhookOf([])(program, hook)
    const { webhooks } = await getMade(me, { operatorId: leaver.id })
    expect(webhooks?.map((one) => one.id)).toEqual([webhookId])
    await deleteWebhook(me, { webhookId })
  })

  it('is told of no keys and webhooks to who may see none, and only of those within their limits', async () => {
    const leaver = await person('of-limits')
    await key(makeCtx(services, leaver), 'unlimited')
    const operatorId = leaver.id
    const blind = makeCtx(services, integrator('operators:read', 'operators:write'))
    expect(await getMade(blind, { operatorId })).toEqual({ apiKeys: null, webhooks: null })
    const limited = makeCtx(services, {
      ...operator('admin'),
      visibility: { kind: 'limited', groupIds: [newId()], merchantIds: [] },
    } as Actor)
    await expect(getMade(limited, { operatorId })).rejects.toMatchObject({ code: 'operator_not_found' })
    const seesKeys = makeCtx(services, integrator('operators:read', 'api-keys:read'))
    expect(await getMade(seesKeys, { operatorId })).toMatchObject({
      apiKeys: [{ name: 'unlimited' }],
      webhooks: null,
    })
  })

  it('is a warning at each of their keys in force, until somebody else has given it a new secret', async () => {
    const leaver = await person('gone')
    const theirs = makeCtx(services, leaver)
    const [taken, left, revoked] = [
      await key(theirs, 'taken over'),
      await key(theirs, 'left behind'),
      await key(theirs, 'revoked'),
    ]
    await key(makeCtx(services, job()), 'of the command line')
    const before = await marked()
    for (const name of ['taken over', 'left behind', 'revoked']) expect(before).not.toContain(name)
    await disableOperator(me, { operatorId: leaver.id })
    expect(await marked()).toEqual([...before, 'left behind', 'revoked', 'taken over'].sort())
    await revokeApiKey(me, { apiKeyId: revoked.id })
    await rotateApiKey(me, { apiKeyId: taken.id })
    expect(await marked()).toEqual([...before, 'left behind'].sort())
    expect((await updateApiKey(me, { apiKeyId: left.id, name: 'left' })).warnings).toEqual(['maker_gone'])
    await enableOperator(me, { operatorId: leaver.id })
    expect(await marked()).toEqual(before)
  })
})

describe('the list of keys', () => {
  it('is filtered by each of its warnings as it tells them', async () => {
    await createApiKey(me, {
      name: 'ends',
      scopes: ['status:read'],
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    })
    const { id } = await key(me, 'dusty')
    await database.sql`update api_keys set created_at = now() - interval '91 days' where id = ${id}`
    const all = (await listApiKeys(me, { limit: 1000 })).items
    for (const warning of ['expires_soon', 'unused', 'maker_gone'] as const) {
      const { items } = await listApiKeys(me, { warning, limit: 1000 })
      expect(items.length, warning).toBeGreaterThan(0)
      expect(items).toEqual(all.filter(({ warnings }) => warnings.includes(warning)))
    }
  })

  it('is filtered by whether they open the door, as it tells it', async () => {
    const past = async (name: string) => {
      const made = await key(me, name)
      await database.sql`update api_keys set expires_at = now() - interval '1 hour' where id = ${made.id}`
      return made
    }
    await key(me, 'in force')
    await past('over')
    // Revoked counts, also where the end would have come anyway.
    for (const { id } of [await past('over and revoked'), await key(me, 'revoked')])
      await revokeApiKey(me, { apiKeyId: id })
    const found: Record<string, string[]> = {}
    for (const state of ['active', 'expired', 'revoked'] as const) {
      const { items } = await listApiKeys(me, { state, limit: 1000 })
      expect(items.every((one) => one.state === state)).toBe(true)
      found[state] = items.map(({ name }) => name)
    }
    expect(found.active).toContain('in force')
    expect(found.expired).toEqual(['over'])
    expect(found.revoked).toEqual(expect.arrayContaining(['over and revoked', 'revoked']))
    const { items: all } = await listApiKeys(me, { limit: 1000 })
    expect(Object.values(found).flat().sort()).toEqual(all.map(({ name }) => name).sort())
    const named = async (search: string) => (await listApiKeys(me, { search })).items.map(({ name }) => name)
    expect(await Promise.all(['Over AND', 'over%rev'].map(named))).toEqual([['over and revoked'], []])
    expect((await listApiKeys(me, { state: 'revoked', warning: 'unused' })).items).toEqual([])
  })
})

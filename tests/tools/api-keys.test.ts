import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '../../src/core/context'
import { hashToken } from '../../src/core/tokens'
import { findIntegrators } from '../../src/features/operators'
import { apiKeyCommands } from '../../src/tools/psm/api-keys'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()
let ctx: Ctx

beforeAll(async () => {
  ctx = makeCtx(await makeServices(database), job())
})

function command(name: string) {
  const found = apiKeyCommands.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no command ${name}`)
  return found
}
const opens = async (key: unknown) =>
  (await findIntegrators(ctx.sql, [hashToken(String(key))], ctx.clock.now())).length === 1

describe('psm api-keys', () => {
  it('gives a key a new secret, by the id that the list tells, while the one before works on', async () => {
    const made = await command('api-keys create').run(ctx, ['--name', 'books', '--scopes', 'eslips:read'])
    const list = command('api-keys list')
    expect(list.describe?.(await list.run(ctx, []))).toMatch(
      new RegExp(`^${made.id} {2}books {2}until revoked {2}never used {2}by test {2}psk_.{4}… current$`),
    )
    const rotate = command('api-keys rotate')
    const second = await rotate.run(ctx, ['--id', String(made.id), '--overlap-hours', '1'])
    expect(await Promise.all([opens(made.key), opens(second.key)])).toEqual([true, true])
    const third = await rotate.run(ctx, ['--id', String(made.id), '--overlap-hours', '0'])
    expect(await Promise.all([opens(made.key), opens(second.key), opens(third.key)])).toEqual([
      false,
      false,
      true,
    ])
  })

  it('says what is missing or too much', async () => {
    const rotate = command('api-keys rotate')
    await expect(rotate.run(ctx, [])).rejects.toThrow('--id is needed')
    await expect(rotate.run(ctx, ['--key', 'x'])).rejects.toMatchObject({ name: 'UsageError' })
    const made = await command('api-keys create').run(ctx, ['--name', 'kms', '--scopes', 'keys:deposit'])
    await expect(rotate.run(ctx, ['--id', String(made.id), '--overlap-hours', '721'])).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})

import { randomBytes } from 'node:crypto'
import type { Ctx } from '../../core/context'
import { isFailure } from '../../core/errors'
import { createOperator, findOperator, resetOperatorPassword } from '../../features/operators'
import { listGroups } from '../../features/terminals'

const OPERATOR = 'demo'

/** The demonstration's operator gets a fresh password each time; it is shown, not kept. Colleagues have passwords nobody knows. */
export async function seedPeople(ctx: Ctx): Promise<{ username: string; password: string }> {
  const password = randomBytes(9).toString('base64url')
  try {
    const { id } = await findOperator(ctx, { username: OPERATOR })
    await resetOperatorPassword(ctx, { operatorId: id, password })
  } catch (error) {
    if (!isFailure(error) || error.code !== 'operator_not_found') throw error
    await createOperator(ctx, { username: OPERATOR, password, role: 'admin', name: 'Demo' })
    await seedColleagues(ctx)
  }
  return { username: OPERATOR, password }
}

async function seedColleagues(ctx: Ctx): Promise<void> {
  const { items } = await listGroups(ctx, {})
  const west = items.find((group) => group.name === 'Запад')
  const unknown = () => randomBytes(24).toString('base64url')
  await createOperator(ctx, {
    username: 'ivanova',
    name: 'Анна Иванова',
    role: 'operator',
    password: unknown(),
    ...(west === undefined ? {} : { visibility: { kind: 'limited', groupIds: [west.id] } }),
  })
  await createOperator(ctx, { username: 'petrov', name: 'Пётр Петров', role: 'viewer', password: unknown() })
  await createOperator(ctx, {
    username: 'sokolova',
    name: 'Ольга Соколова',
    role: 'key-officer',
    password: unknown(),
  })
}

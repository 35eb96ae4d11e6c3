import { expect, it } from 'vitest'
import { listPackages } from '../../src/features/updates/packages'
import { seedPackages } from '../../src/tools/seed/packages'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()

it('the demonstration has packages of each platform that nothing is doubtful about', async () => {
  const ctx = makeCtx(await makeServices(database), job())
  expect(await seedPackages(ctx)).toBe(6)
  const { items } = await listPackages(ctx, {})
  const lines = items.map(
    (one) => `${one.platform} ${one.component} ${one.fromVersion ?? ''}→${one.version} ${one.fileCount}`,
  )
  expect(lines.sort()).toEqual([
    'feitian-f20 system →2.8.0 1',
    'ingenico-t3 telium →2.7.0 6',
    'ingenico-t3 telium →2.8.0 6',
    'wiseasy-wpos3 system 2.7.0→2.7.1 1',
    'wiseasy-wpos3 system →2.7.0 1',
    'wiseasy-wpos3 system →2.7.1 1',
  ])
  expect(items.flatMap((one) => one.warnings)).toEqual([])
})

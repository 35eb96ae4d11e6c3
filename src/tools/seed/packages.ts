import type { Ctx } from '../../core/context'
import { createPackage } from '../../features/updates/packages'
import { makeOtaFile, makeTeliumSet, type NamedFile, type OtaFacts } from './package-files'
import { upload } from './upload'

const DAY_MS = 86_400_000

type NewPackage = Omit<Parameters<typeof createPackage>[1], 'files'> & { files: NamedFile[] }

/**
 * System packages of the three platforms, taken in like those of an operator: full and incremental archives, an A/B one,
 * and sets of Telium files. The simulated fleet begins at 2.7.0.
 */
export async function seedPackages(ctx: Ctx): Promise<number> {
  const made = await packagesOf(ctx.clock.now())
  for (const { files, ...one } of made) {
    const uploads: { uploadId: string }[] = []
    for (const file of files) uploads.push({ uploadId: await upload(ctx, 'packages', file) })
    await createPackage(ctx, { ...one, files: uploads })
  }
  return made.length
}

async function packagesOf(now: Date): Promise<NewPackage[]> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)
  const ota = async (facts: OtaFacts) => [
    {
      name: `${facts.device}-${facts.fromVersion === undefined ? '' : `${facts.fromVersion}-`}${facts.version}.zip`,
      bytes: await makeOtaFile(facts),
    },
  ]
  const wpos3 = { maker: 'Wiseasy', device: 'WPOS-3', release: '7.1.2' }
  const f20 = { maker: 'Feitian', device: 'F20', release: '14', isAb: true }
  return [
    {
      platform: 'wiseasy-wpos3',
      component: 'system',
      files: await ota({ ...wpos3, version: '2.7.0', builtAt: daysAgo(120) }),
    },
    {
      platform: 'wiseasy-wpos3',
      component: 'system',
      notes: 'Для терминалов старее 2.7.0',
      files: await ota({ ...wpos3, version: '2.7.1', builtAt: daysAgo(20) }),
    },
    {
      platform: 'wiseasy-wpos3',
      component: 'system',
      files: await ota({ ...wpos3, version: '2.7.1', fromVersion: '2.7.0', builtAt: daysAgo(20) }),
    },
    { platform: 'ingenico-t3', component: 'telium', version: '2.7.0', files: makeTeliumSet('2.7.0') },
    {
      platform: 'ingenico-t3',
      component: 'telium',
      version: '2.8.0',
      models: ['Desk/3500'],
      files: makeTeliumSet('2.8.0'),
    },
    {
      platform: 'feitian-f20',
      component: 'system',
      models: ['F20'],
      files: await ota({ ...f20, version: '2.8.0', builtAt: daysAgo(9) }),
    },
  ]
}

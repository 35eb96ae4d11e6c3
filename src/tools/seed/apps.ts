import type { Ctx } from '../../core/context'
import { createAppVersion } from '../../features/apps/intake'
import { type ApkSample, makeApk } from '../apk-maker/apk'
import { makeIcon } from '../apk-maker/icon'
import { namedSigner } from '../apk-maker/signing'
import { PAYMENT_MAKER, PAYMENT_PACKAGE, paymentVersionCode } from '../simulator/apps/androids'
import { upload } from './upload'

interface Application {
  /** Of its file, and of its maker's key. */
  name: string
  packageName: string
  label: string
  labelRu: string
  icon: Buffer
  permissions: string[]
  /** Oldest first. */
  versions: Pick<ApkSample, 'versionCode' | 'versionName'>[]
}

/** What the code of an application would take: enough for a download to be seen. */
const CODE_BYTES = 120_000

/**
 * Applications of an invented acquirer, taken in like those of an operator: the payment application of the simulated fleet in
 * the version many terminals have and the one after it, a loyalty programme, and help for cashiers.
 * @returns how many versions
 */
export async function seedApps(ctx: Ctx): Promise<number> {
  const files = APPLICATIONS.flatMap(filesOf)
  for (const file of files) await createAppVersion(ctx, { uploadId: await upload(ctx, 'apps', file) })
  return files.length
}

function filesOf({ name, label, labelRu, icon, versions, ...facts }: Application) {
  const signer = namedSigner(name)
  return versions.map((version) => {
    const sample: ApkSample = {
      ...facts,
      ...version,
      labels: [{ value: label }, { language: 'ru', value: labelRu }],
      icon: [{ path: 'res/icon.png', density: 320, bytes: icon }],
      more: [
        {
          path: 'assets/code.bin',
          bytes: Buffer.alloc(CODE_BYTES, `${name} ${version.versionName} `),
          isStored: true,
        },
      ],
    }
    // Android 9 and later look at v3, the older ones at v2.
    const bytes = makeApk(sample, signer, { v2: [{ signer }], v3: [{ signer }] })
    return { name: `${name}-${version.versionName}.apk`, bytes }
  })
}

const INTERNET = 'android.permission.INTERNET'

const APPLICATIONS: readonly Application[] = [
  {
    name: PAYMENT_MAKER,
    packageName: PAYMENT_PACKAGE,
    label: 'psPos Payments',
    labelRu: 'psPos: оплата',
    icon: makeIcon([22, 92, 199], ['########', '########', '........', '########', '#.##....', '########']),
    permissions: [INTERNET, 'android.permission.NFC', 'android.permission.VIBRATE'],
    versions: ['3.14.2', '3.15.0'].map((versionName) => ({
      versionName,
      versionCode: paymentVersionCode(versionName),
    })),
  },
  {
    name: 'loyalty',
    packageName: 'com.example.loyalty',
    label: 'Bonus Card',
    labelRu: 'Бонусная карта',
    icon: makeIcon([200, 60, 90], ['.##..##.', '########', '########', '.######.', '..####..', '...##...']),
    permissions: [INTERNET, 'android.permission.CAMERA'],
    versions: [
      { versionName: '4.0', versionCode: 40 },
      { versionName: '4.1', versionCode: 41 },
    ],
  },
  {
    name: 'helpdesk',
    packageName: 'com.example.helpdesk',
    label: 'Help Desk',
    labelRu: 'Служба поддержки',
    icon: makeIcon([30, 140, 90], ['.####.', '##..##', '...##.', '..##..', '......', '..##..']),
    permissions: [INTERNET],
    versions: [{ versionName: '1.2', versionCode: 12 }],
  },
]

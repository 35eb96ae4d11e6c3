import { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { findAppVersion, listApps, openAppIcon } from '../../src/features/apps/catalog/service/find'
import { namedSigner } from '../../src/tools/apk-maker/signing'
import { seedApps } from '../../src/tools/seed/apps'
import { Persona } from '../../src/tools/simulator/persona'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()

it('the demonstration has applications that nothing is doubtful about, and that upgrade what its terminals have', async () => {
  const ctx = makeCtx(await makeServices(database), job())
  expect(await seedApps(ctx)).toBe(5)
  const { items } = await listApps(ctx, {})
  const lines = items.map(
    (one) => `${one.package} ${one.newest.versionName} of ${one.versionCount}: ${one.label}, ${one.labelRu}`,
  )
  expect(lines.sort()).toEqual([
    'com.example.helpdesk 1.2 of 1: Help Desk, Служба поддержки',
    'com.example.loyalty 4.1 of 2: Bonus Card, Бонусная карта',
    'com.example.pspos 3.15.0 of 2: psPos Payments, psPos: оплата',
  ])
  expect(items.flatMap((one) => one.newest.warnings)).toEqual([])
  for (const { newest } of items)
    expect((await openAppIcon(ctx, { versionId: newest.id })).type).toBe('image/png')
  const newest = items.find((one) => one.package === 'com.example.pspos')?.newest
  const version = await findAppVersion(ctx, newest?.id ?? '')
  expect(version.signature.schemes.map(({ scheme, state }) => `${scheme} ${state}`)).toEqual([
    'v3 verified',
    'v2 verified',
  ])
  for (const platform of ['wiseasy-wpos3', 'feitian-f20'] as const) {
    const app = new Persona('SIM000001', platform, 0)
      .status()
      .apps?.find((one) => one.package === 'com.example.pspos')
    expect(version.signers).toEqual([app?.signerSha256])
    expect(app?.versionCode).toBeLessThan(version.versionCode)
  }
})

it('a name always comes to the same signer, whose certificate is a whole one', () => {
  expect(namedSigner('one').certificate).toEqual(namedSigner('one').certificate)
  expect(namedSigner('one').sha256).not.toBe(namedSigner('other').sha256)
  const { certificate, publicKey } = namedSigner('one')
  const read = new X509Certificate(certificate)
  expect([read.subject, read.issuer]).toEqual(['CN=one', 'CN=one CA'])
  expect(read.publicKey.export({ type: 'spki', format: 'der' })).toEqual(publicKey)
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { PLATFORMS } from '../../src/core/platforms'
import { Status } from '../../src/features/monitoring/status/schemas'
import { androidOf } from '../../src/tools/simulator/apps/androids'
import { signerOf, V2, V3, V3_1 } from '../../src/tools/simulator/apps/signer'
import { Persona } from '../../src/tools/simulator/persona'
import { apkSignedBy } from '../support/apk-end'

const MEGABYTE = 1_000_000
const HASH = (letter: string) => letter.repeat(64)
const LOYALTY = {
  package: 'com.example.loyalty',
  versionCode: 41,
  versionName: '4.1',
  sizeBytes: 30 * MEGABYTE,
}

function fresh(serial = 'SIM000001', platform: 'wiseasy-wpos3' | 'feitian-f20' = 'feitian-f20') {
  const persona = new Persona(serial, platform, 0, { roomBytes: 100 * MEGABYTE })
  if (persona.apps === undefined) throw new Error('no Android')
  return { persona, apps: persona.apps }
}

describe('an Android terminal', () => {
  it.each([
    ['wiseasy-wpos3', 'Android 7.1.2', 'armeabi-v7a'],
    ['feitian-f20', 'Android 14', 'arm64-v8a'],
  ] as const)('of %s says what it is and has, from the box on', (platform, os, abi) => {
    const status = new Persona('SIM000001', platform, 0).status()
    expect(status.os).toBe(os)
    expect(status.abis?.[0]).toBe(abi)
    const names = (status.apps ?? []).map((app) => app.package)
    expect(names).toEqual(expect.arrayContaining(['com.android.settings', 'com.example.pspos']))
    expect(status.apps?.every((app) => app.signerSha256 !== undefined)).toBe(true)
    expect(Status.parse(status)).toEqual(status)
  })

  it('is one of each platform with applications, and no other', () => {
    for (const { id, apps } of PLATFORMS) {
      expect(androidOf(id) !== undefined).toBe(apps)
      expect('apps' in new Persona('SIM000001', id, 0).status()).toBe(apps)
    }
  })

  it('is the same for the same serial number', () => {
    const of = (serial: string) => {
      const persona = new Persona(serial, 'feitian-f20', 0)
      return [persona.status(), persona.vitals(0).freeBytes, persona.apps?.meddle(), persona.apps?.meddle()]
    }
    expect(of('SIM000003')).toEqual(of('SIM000003'))
    expect(of('SIM000003')).not.toEqual(of('SIM000007'))
  })

  it('has the version of its payment application among its applications', () => {
    const { persona } = fresh()
    for (let n = 0; n < 2_000; n++) persona.live()
    const { application, apps } = persona.status()
    expect(application?.version).toBe('3.14.2')
    expect(apps?.find((app) => app.package === 'com.example.pspos')).toMatchObject({
      versionCode: 31_402,
      versionName: '3.14.2',
    })
  })

  it('has less room by what it installs, and more by what it removes', () => {
    const { persona, apps } = fresh()
    expect(persona.vitals(0).freeBytes).toBe(100 * MEGABYTE)
    expect(apps.install(LOYALTY, 0)).toBeUndefined()
    expect(persona.vitals(0).freeBytes).toBe(70 * MEGABYTE)
    expect(apps.remove(LOYALTY.package)).toBeUndefined()
    expect(persona.vitals(0).freeBytes).toBe(100 * MEGABYTE)
  })

  it('installs nothing that does not fit beside what it has and has fetched', () => {
    const { apps } = fresh()
    const refusal = { reason: 'out_of_space', vendorCode: 'INSTALL_FAILED_INSUFFICIENT_STORAGE' }
    expect(apps.install(LOYALTY, 71 * MEGABYTE)).toEqual(refusal)
    expect(apps.has(LOYALTY)).toBe(false)
    expect(apps.install(LOYALTY, 70 * MEGABYTE)).toBeUndefined()
  })

  it('upgrades, and goes back to no older version', () => {
    const { apps } = fresh()
    apps.install(LOYALTY, 0)
    expect(apps.install({ ...LOYALTY, versionCode: 42 }, 0)).toBeUndefined()
    expect(apps.install(LOYALTY, 0)?.vendorCode).toBe('INSTALL_FAILED_VERSION_DOWNGRADE')
    expect(apps.has({ ...LOYALTY, versionCode: 42 })).toBe(true)
  })

  it('takes no newer version that somebody else signed, until the old one is removed', () => {
    const { apps } = fresh()
    apps.install({ ...LOYALTY, signerSha256: HASH('a') }, 0)
    const newer = { ...LOYALTY, versionCode: 42, signerSha256: HASH('b') }
    expect(apps.install(newer, 0)).toEqual({
      reason: 'signature_refused',
      vendorCode: 'INSTALL_FAILED_UPDATE_INCOMPATIBLE',
    })
    apps.remove(LOYALTY.package)
    expect(apps.install(newer, 0)).toBeUndefined()
  })

  it.each(['com.android.settings', 'com.example.pspos'])('does not let go of %s', (name) => {
    const { apps } = fresh()
    expect(apps.remove(name)).toEqual({
      reason: 'not_supported',
      vendorCode: 'DELETE_FAILED_DEVICE_POLICY_MANAGER',
    })
    expect(apps.reported().some((app) => app.package === name)).toBe(true)
  })

  it('loses applications to its cashier, and gets games, never what came with it', () => {
    const { apps } = fresh('SIM000001')
    apps.install(LOYALTY, 0)
    const before = new Set(apps.reported().map((app) => app.package))
    const changed = new Set(Array.from({ length: 40 }, () => apps.meddle()))
    expect(changed).toContain(LOYALTY.package)
    expect([...changed].some((name) => name !== undefined && !before.has(name))).toBe(true)
    const now = apps.reported().map((app) => app.package)
    const system = [...before].filter((name) => name !== LOYALTY.package)
    expect(now).toEqual(expect.arrayContaining(system))
    expect(apps.freeBytes).toBeGreaterThanOrEqual(0)
  })

  it('has after a power cut what it had before', () => {
    const { persona, apps } = fresh()
    apps.install(LOYALTY, 0)
    const again = new Persona(
      persona.serial,
      persona.platform,
      0,
      JSON.parse(JSON.stringify(persona.installed)),
    )
    expect(again.apps?.reported()).toEqual(apps.reported())
    expect(again.apps?.freeBytes).toBe(70 * MEGABYTE)
  })
})

describe('the signer of an APK', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const rotated = apkSignedBy(
    new Map([
      [V2, 'the old one'],
      [V3, 'the new one'],
    ]),
  )

  it('is who an Android of that age takes for it', () => {
    expect(signerOf(rotated, rotated.length, [V2])).toBe(sha256('the old one'))
    expect(signerOf(rotated, rotated.length, [V3_1, V3, V2])).toBe(sha256('the new one'))
  })

  it('is found in the end of the file alone', () => {
    const whole = Buffer.concat([Buffer.alloc(5_000), rotated])
    whole.writeUInt32LE(whole.readUInt32LE(whole.length - 6) + 5_000, whole.length - 6)
    expect(signerOf(whole.subarray(-rotated.length + 100), whole.length, [V2])).toBe(sha256('the old one'))
  })

  it('is unknown where there is none, or no APK', () => {
    expect(signerOf(apkSignedBy(new Map()), 0, [V2])).toBeUndefined()
    expect(signerOf(Buffer.from('no APK at all'), 13, [V2])).toBeUndefined()
    for (let length = 0; length < rotated.length; length++)
      signerOf(rotated.subarray(0, length), rotated.length, [V2])
  })
})

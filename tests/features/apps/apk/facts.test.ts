import { describe, expect, it } from 'vitest'
import { PREVIEW_SDK } from '../../../../src/features/apps/apk/facts'
import { readApk } from '../../../../src/features/apps/apk/read-apk'
import { type ApkSample, LABEL_ID, makeApk } from '../../../../src/tools/apk-maker/apk'
import { ANDROID, binaryXml } from '../../../../src/tools/apk-maker/binary-files'
import { newSigner } from '../../../../src/tools/apk-maker/signing'
import { png, rangesOf } from '../../../support/apk-parts'

const signer = newSigner('maker')
const factsOf = (sample: ApkSample) => readApk(rangesOf(makeApk(sample, signer)))

describe('an APK', () => {
  it('says what it is, what it needs and who signed it', async () => {
    const bytes = makeApk(
      {
        packageName: 'ru.example.loyalty_2',
        versionCode: 1_204_000,
        versionName: '1.0.4 [BETA]',
        minSdk: 24,
        targetSdk: 33,
        permissions: ['android.permission.INTERNET', 'android.permission.NFC', 'android.permission.INTERNET'],
        abis: ['armeabi-v7a', 'arm64-v8a'],
      },
      signer,
    )
    expect(await readApk(rangesOf(bytes))).toEqual({
      sizeBytes: bytes.length,
      packageName: 'ru.example.loyalty_2',
      versionCode: 1_204_000,
      versionName: '1.0.4 [BETA]',
      labels: { default: 'Loyalty', en: null, ru: null },
      icon: null,
      minSdk: 24,
      targetSdk: 33,
      permissions: ['android.permission.INTERNET', 'android.permission.NFC'],
      abis: ['arm64-v8a', 'armeabi-v7a'],
      isDebuggable: false,
      isTestOnly: false,
      signature: {
        scheme: 'v2',
        signers: [signer.sha256],
        lineage: [],
        schemes: [{ scheme: 'v2', signers: [signer.sha256], state: 'verified' }],
      },
    })
  })

  it('has a version of 64 bits where it says a major one', async () => {
    const root = [{ id: ANDROID.versionCodeMajor, name: 'versionCodeMajor', value: 3 }]
    expect(await factsOf({ versionCode: 7, root })).toMatchObject({ versionCode: 3 * 2 ** 32 + 7 })
  })

  it('compares versions without a sign, as Android does', async () => {
    expect(await factsOf({ versionCode: -1 })).toMatchObject({ versionCode: 0xffffffff })
  })

  it('is read by ids where a shrinker has taken the names out', async () => {
    expect(await factsOf({ xml: { areNamesStripped: true }, versionName: '9.9' })).toMatchObject({
      packageName: 'com.example.loyalty',
      versionName: '9.9',
      targetSdk: 29,
    })
  })

  it.each([true, false])('keeps every letter of its names (UTF-16: %s)', async (isUtf16) => {
    const versionName = 'версия «1» 版 😀'
    const labels = [{ value: 'Лояльность 😀 忠誠' }]
    const facts = await factsOf({ versionName, labels, xml: { isUtf16 }, table: { isUtf16 } })
    expect(facts).toMatchObject({ versionName, labels: { default: 'Лояльность 😀 忠誠' } })
  })

  it('is told apart by language, pseudo-languages and countries aside', async () => {
    const labels = [
      { language: 'en', country: 'XA', value: '[Ļöýåļţý one two]' },
      { language: 'en', country: 'GB', value: 'Loyalty (GB)' },
      { language: 'ru', value: 'Лояльность' },
      { language: 'de', value: 'Treue' },
      { value: 'Loyalty' },
    ]
    const facts = await factsOf({ labels })
    expect(facts.labels).toEqual({ default: 'Loyalty', en: 'Loyalty (GB)', ru: 'Лояльность' })
  })

  it('has a name even where it has none for everybody', async () => {
    const facts = await factsOf({ labels: [{ language: 'de', value: 'Treue' }] })
    expect(facts.labels).toEqual({ default: 'Treue', en: null, ru: null })
  })

  it('says that it may be debugged and is for tests', async () => {
    expect(await factsOf({ isDebuggable: true, isTestOnly: true })).toMatchObject({
      isDebuggable: true,
      isTestOnly: true,
    })
    expect(await factsOf({ isDebuggable: false })).toMatchObject({ isDebuggable: false })
  })

  it('is for a preview of Android where its level is a letter', async () => {
    expect(await factsOf({ minSdk: 'Tiramisu' })).toMatchObject({ minSdk: PREVIEW_SDK })
    expect(await factsOf({ minSdk: '26' })).toMatchObject({ minSdk: 26 })
  })

  it('keeps what can be stored of a name that is too long or has halves of letters', async () => {
    const facts = await factsOf({ versionName: `a\0b\ud800${'9'.repeat(1000)}`, xml: { isUtf16: true } })
    expect(facts.versionName).toHaveLength(255)
    expect(facts.versionName).toMatch(/^ab\ufffd9+$/)
  })
})

describe('the icon of an APK', () => {
  const picture = (density: number, sizeBytes: number, side = 96) => ({
    path: `res/mipmap-${density}/ic.png`,
    density,
    bytes: png(side, sizeBytes),
  })

  it('is the finest picture that is not too large', async () => {
    const icon = [picture(160, 100), picture(320, 5000), picture(640, 300 * 1024)]
    const facts = await factsOf({ icon })
    expect(facts.icon?.type).toBe('image/png')
    expect(Buffer.from(facts.icon?.bytes ?? [])).toEqual(icon[1]?.bytes)
  })

  it('is alone in its memory, to be posted without anything else', async () => {
    const { icon } = await factsOf({ icon: [picture(160, 100)] })
    expect(icon?.bytes.buffer.byteLength).toBe(icon?.bytes.length)
  })

  it('is the foreground where there is only a drawing', async () => {
    const bytes = binaryXml({
      name: 'adaptive-icon',
      children: [
        { name: 'background', attributes: [drawable(LABEL_ID + 1)] },
        { name: 'foreground', attributes: [drawable(LABEL_ID)] },
      ],
    })
    const front = png(48, 10)
    const facts = await factsOf({
      labels: [{ value: 'res/front' }],
      icon: [{ path: 'res/ic.xml', density: 0, bytes }],
      more: [{ path: 'res/front', bytes: front }],
    })
    expect(Buffer.from(facts.icon?.bytes ?? [])).toEqual(front)
  })

  it('is a picture by its bytes: nothing that a browser would run, nothing that would take its memory', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'.padEnd(200))
    const icon = [
      { path: 'res/a.png', density: 640, bytes: svg },
      { path: 'res/b.png', density: 480, bytes: png(40_000) },
    ]
    expect(await factsOf({ icon })).toMatchObject({ icon: null })
    const webp = Buffer.alloc(60)
    webp.write('RIFF\0\0\0\0WEBPVP8X', 'latin1')
    webp.writeUIntLE(95, 24, 3)
    webp.writeUIntLE(95, 27, 3)
    const facts = await factsOf({ icon: [...icon, { path: 'res/c', density: 160, bytes: webp }] })
    expect(facts.icon).toMatchObject({ type: 'image/webp', bytes: new Uint8Array(webp) })
  })
})

const drawable = (reference: number) => ({ id: ANDROID.drawable, name: 'drawable', value: { reference } })

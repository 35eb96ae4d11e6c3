import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { ROOT } from './lib/sources.mjs'
import { bundle } from './lib/tools.mjs'

/**
 * `node scripts/apk-compare.mjs FOLDER`: reads every APK below a folder with psManager's reader, with `aapt dump badging`
 * and with `apksigner verify` (both from the Android SDK, or Debian's packages), and tells where they disagree.
 */
const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Name a folder with APKs: node scripts/apk-compare.mjs FOLDER')
  process.exit(2)
}

const run = promisify(execFile)
const OPTIONS = { maxBuffer: 64 * 1024 * 1024, timeout: 120_000 }

/** Both streams, and whether the program was content. */
async function say(program, args) {
  try {
    const { stdout, stderr } = await run(program, args, OPTIONS)
    return { isGood: true, text: stdout, all: stdout + stderr }
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error(`${program} is not installed`)
    return { isGood: false, text: error.stdout ?? '', all: (error.stdout ?? '') + (error.stderr ?? '') }
  }
}

const one = (text, pattern) => pattern.exec(text)?.[1]
const each = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found)

async function askAapt(file) {
  const { text } = await say('aapt', ['dump', 'badging', file])
  if (!text.includes("package: name='")) return undefined
  const sdk = (name) => one(text, new RegExp(`^${name}:'([^']*)'`, 'm'))
  return {
    packageName: one(text, /^package: name='([^']*)'/m),
    versionCode: one(text, /^package: .*? versionCode='([^']*)'/m) ?? '',
    versionName: one(text, /^package: .*? versionName='(.*?)'(?: compileSdk| platformBuild|$)/m) ?? '',
    label: one(text, /^application-label:'(.*)'$/m) ?? '',
    // Where something else is in Russian, the name of the application is told once more.
    labelRu: one(text, /^application-label-ru:'(.*)'$/m) ?? '',
    minSdk: sdk('sdkVersion') ?? '1',
    targetSdk: sdk('targetSdkVersion') ?? sdk('sdkVersion') ?? '1',
    // What older Androids would add by themselves is listed as if it were asked for.
    permissions: [...new Set(each(text, /^uses-permission(?:-sdk-23)?: name='([^']*)'/gm))]
      .filter((name) => !text.includes(`uses-implied-permission: name='${name}'`))
      .sort()
      .join(),
    isDebuggable: String(/^application-debuggable$/m.test(text)),
    abis: (one(text, /^native-code: (.*)$/m) ?? '')
      .replaceAll("'", '')
      .split(' ')
      .filter(Boolean)
      .sort()
      .join(),
  }
}

const sayOurs = (facts) => ({
  packageName: facts.packageName,
  versionCode: facts.versionCode === 0 ? '' : String(facts.versionCode),
  versionName: facts.versionName ?? '',
  label: facts.labels.default ?? '',
  labelRu: facts.labels.ru ?? facts.labels.default ?? '',
  minSdk: String(facts.minSdk),
  targetSdk: String(facts.targetSdk),
  permissions: [...facts.permissions].sort().join(),
  isDebuggable: String(facts.isDebuggable),
  abis: facts.abis.join(),
})

async function askApksigner(file, ...options) {
  const { isGood, text, all } = await say('apksigner', [
    'verify',
    '--print-certs',
    '--verbose',
    ...options,
    file,
  ])
  return {
    isGood,
    isCrash: /^Exception in thread "main" (?!com\.android\.apksig\.apk\.ApkFormatException)/m.test(all),
    signers: each(text, /certificate SHA-256 digest: ([0-9a-f]{64})/g),
    why: one(all, /^(?:ERROR: |Exception in thread "main" |.*Exception: )(.*)$/m) ?? all.slice(0, 200),
  }
}

/** As apksigner judges: an Android before 7 must be content too, where the APK is for it. */
function judge({ minSdk, signature }) {
  const v1 = signature.schemes.find(({ scheme }) => scheme === 'v1')
  return minSdk >= 24 || v1?.state === 'verified'
}

async function readOurs(readApk, file) {
  const handle = await open(file)
  try {
    const { size: sizeBytes } = await handle.stat()
    const read = async (start, lengthBytes) => {
      const target = Buffer.alloc(lengthBytes)
      const { bytesRead } = await handle.read(target, 0, lengthBytes, start)
      return target.subarray(0, bytesRead)
    }
    return { facts: await readApk({ sizeBytes, read }) }
  } catch (error) {
    if (error.code !== 'apk_refused') throw error
    return error.details.values
  } finally {
    await handle.close()
  }
}

const temporary = mkdtempSync(path.join(ROOT, 'node_modules/.cache/apk-compare-'))
const counts = new Map()
const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1)
try {
  await bundle({ reader: path.join(ROOT, 'src/features/apps/apk/read-apk.ts') }, temporary)
  const { readApk } = await import(pathToFileURL(path.join(temporary, 'reader.mjs')).href)
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.apk'))
    .sort()
  for (const name of files) {
    const file = path.join(folder, name)
    count('files')
    const begun = performance.now()
    const ours = await readOurs(readApk, file)
    const tookMs = Math.round(performance.now() - begun)
    if (tookMs > 1000) console.log(`${name}: ${tookMs} ms`)
    const isForOlder = ours.facts === undefined || ours.facts.minSdk < 24
    const asked = [['as it is', await askApksigner(file)]]
    if (isForOlder)
      asked.push(['for Android 7 and newer', await askApksigner(file, '--min-sdk-version', '24')])
    for (const [how, theirs] of asked) {
      const isGood = ours.facts !== undefined && (how !== 'as it is' || judge(ours.facts))
      if (theirs.isCrash) count(`verdict ${how}: apksigner crashed, we ${isGood ? 'verify' : 'refuse'}`)
      else
        count(
          `verdict ${how}: ${theirs.isGood === isGood ? `same, ${isGood ? 'verified' : 'refused'}` : 'differs'}`,
        )
      if (theirs.isGood !== isGood) {
        const states = ours.facts?.signature.schemes
          .map(({ scheme, state }) => `${scheme} ${state}`)
          .join(', ')
        const said = theirs.isGood ? 'verifies' : `refuses: ${theirs.why}`
        console.log(`${name}, ${how}: we say ${states ?? `${ours.why} (${ours.detail})`}; apksigner ${said}`)
      }
      if (!theirs.isGood || ours.facts === undefined) continue
      const same = ours.facts.signature.signers.join() === [...new Set(theirs.signers)].sort().join()
      count(`signers ${how}: ${same ? 'same' : 'differ'}`)
      if (!same) console.log(`${name}: signers ${ours.facts.signature.signers}; apksigner ${theirs.signers}`)
    }
    if (ours.facts === undefined) {
      count(`refused: ${ours.why}`)
      continue
    }
    count('read')
    const theirs = await askAapt(file)
    if (theirs === undefined) {
      count('aapt: cannot read')
      continue
    }
    const said = sayOurs(ours.facts)
    for (const [key, value] of Object.entries(theirs)) {
      const same = said[key] === value || (key === 'labelRu' && value === '' && ours.facts.labels.ru === null)
      count(`${key}: ${same ? 'same' : 'differs'}`)
      if (!same) console.log(`${name}: ${key} ${JSON.stringify(said[key])}; aapt ${JSON.stringify(value)}`)
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
console.log(Object.fromEntries([...counts].sort()))

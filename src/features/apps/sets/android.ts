/**
 * API levels by the Android version that brought them (developer.android.com, "uses-sdk"). The later ones of a version
 * with several, such as 7.1, stand by themselves.
 */
const LEVELS: readonly (readonly [version: string, level: number])[] = [
  ['4.0.3', 15],
  ['4.0', 14],
  ['4.1', 16],
  ['4.2', 17],
  ['4.3', 18],
  ['4.4', 19],
  ['5.0', 21],
  ['5.1', 22],
  ['6', 23],
  ['7.0', 24],
  ['7.1', 25],
  ['8.0', 26],
  ['8.1', 27],
  ['9', 28],
  ['10', 29],
  ['11', 30],
  ['12', 31],
  ['13', 33],
  ['14', 34],
  ['15', 35],
  ['16', 36],
]

/**
 * The API level of what a terminal reports as its system, such as `Android 7.1.2`: the one of the longest version that
 * begins it, `7` being 7.0. Undefined where it is not Android or one that is not known here: nothing is held against it then.
 */
export function sdkOf(os: string | undefined): number | undefined {
  const version = /^\s*android\s+(\d+(?:\.\d+)*)/i.exec(os ?? '')?.[1]
  if (version === undefined) return undefined
  const dotted = `${version.includes('.') ? version : `${version}.0`}.`
  const fits = LEVELS.filter(([begin]) => dotted.startsWith(`${begin}.`))
  return fits.sort(([one], [other]) => other.length - one.length)[0]?.[1]
}

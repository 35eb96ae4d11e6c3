import { PLATFORMS, type PlatformId } from '../../../../core/platforms'

/**
 * Pure: the devices an archive is made for, where none of them fits; none where one does. Makers write one device in
 * many ways: letters count, case and separators do not, and whole words may stand around (`WPOS-3`, `wpos3`,
 * `Wiseasy_WPOS_3_EEA`; not `F200` for `F20`). With models it must fit one of those.
 */
export function foreignDevices(
  devices: readonly string[],
  platform: PlatformId,
  models: readonly string[],
): string[] {
  const names = new Set((models.length > 0 ? models : namesOf(platform)).map(joined))
  const isOurs = devices.some((device) => runsOf(wordsOf(device)).some((run) => names.has(run)))
  return isOurs ? [] : [...devices]
}

/** What people call the platform, without its maker's name alone: that says nothing of the device. */
function namesOf(id: PlatformId): string[] {
  const platform = PLATFORMS.find((one) => one.id === id)
  if (platform === undefined) return []
  const [maker = ''] = wordsOf(platform.label)
  return [platform.label, ...platform.aliases].filter((name) => joined(name) !== maker)
}

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

const joined = (text: string) => wordsOf(text).join('')

/** All runs of neighbouring words, each as one. */
function runsOf(words: readonly string[]): string[] {
  return words.flatMap((_word, from) =>
    words.slice(from).map((_end, at) => words.slice(from, from + at + 1).join('')),
  )
}

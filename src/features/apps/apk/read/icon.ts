import { isFailure } from '../../../../core/errors'
import type { ApkIcon } from '../facts'
import { type ApkArchive, readEntry } from './archive'
import { type ResValue, VALUE } from './chunks'
import { pictureType } from './picture'
import type { Resources } from './resources'
import { readXml } from './xml'

const MOST_ICON_BYTES = 256 * 1024
/** Files looked at until one can be shown. */
const MOST_TRIES = 40
/** An adaptive icon leads to a foreground, that to a bitmap. */
const MOST_DEPTH = 3

const DRAWABLE = 0x01010199
const SRC = 0x01010119

/**
 * The largest picture of an icon that is PNG or WebP and small enough. Where a drawing has taken the place of pictures,
 * the first picture that the drawing is made of: its foreground. Null where there is none.
 */
export async function readIcon(
  icon: ResValue | null,
  resources: Resources | undefined,
  archive: ApkArchive,
): Promise<ApkIcon | null> {
  if (icon === null || resources === undefined) return null
  return new Search(resources, archive).find(icon.data, MOST_DEPTH)
}

class Search {
  #tries = MOST_TRIES
  readonly #asked = new Set<number>()
  constructor(
    readonly resources: Resources,
    readonly archive: ApkArchive,
  ) {}

  async find(id: number, depth: number): Promise<ApkIcon | null> {
    this.archive.source.checkTime()
    if (this.#asked.has(id) || this.#asked.size >= MOST_TRIES) return null
    this.#asked.add(id)
    const drawings: Buffer[] = []
    for (const path of this.#paths(id)) {
      const bytes = await this.#read(path)
      if (bytes === undefined) continue
      const type = pictureType(bytes)
      // A copy: what is posted to another thread must not carry the buffer it is a part of.
      if (type !== undefined) return { type, bytes: new Uint8Array(bytes) }
      if (looksLikeXml(bytes)) drawings.push(bytes)
    }
    if (depth === 0) return null
    for (const drawing of drawings)
      for (const reference of referencesOf(drawing)) {
        const found = await this.find(reference, depth - 1)
        if (found !== null) return found
      }
    return null
  }

  /** Files of the resource, those for the finest screens first. */
  #paths(id: number): string[] {
    const values = attempt(() => this.resources.values(id)) ?? []
    const inOrder = [...values].sort((one, other) => other.config.density - one.config.density)
    const paths = inOrder.map(({ value }) => attempt(() => this.resources.text(value)))
    return [...new Set(paths.filter((path): path is string => typeof path === 'string'))]
  }

  async #read(path: string): Promise<Buffer | undefined> {
    const entry = this.archive.entries.get(path)
    if (entry === undefined || entry.sizeBytes > MOST_ICON_BYTES || this.#tries-- <= 0) return undefined
    return readEntry(this.archive, entry, MOST_ICON_BYTES)
  }
}

const looksLikeXml = (bytes: Buffer) => bytes.length > 8 && bytes.readUInt16LE() === 0x0003

/** Pictures that a drawing names: the foreground first, what is behind it last. */
function referencesOf(drawing: Buffer): number[] {
  const [front, behind]: [number[], number[]] = [[], []]
  attempt(() => {
    for (const { name, attributes } of readXml(drawing))
      for (const { id, value } of attributes)
        if ((id === DRAWABLE || id === SRC) && value.type === VALUE.reference)
          (name === 'background' ? behind : front).push(value.data)
  })
  return [...front, ...behind].slice(0, MOST_TRIES)
}

/** Nothing where what is looked at is broken: everything but the icon is read without it. */
function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (isFailure(error)) throw error
    return undefined
  }
}

import { createHash } from 'node:crypto'
import type { ApkArchive } from '../read/archive'
import { PIECE_BYTES } from '../read/source'
import type { ContentDigest } from './algorithms'
import { VerityTree } from './verity'

/** Bytes of the APK that signatures are about, in their order: entries, directory, end. Without the signing block. */
interface Sections {
  sizes: [number, number, number]
  pieces(): AsyncGenerator<Buffer, void>
}

/** Digests of an APK's content, by the ways its signers have used; one pass over the file for all. */
export async function digestContent(
  archive: ApkArchive,
  blockStart: number,
  wanted: ReadonlySet<ContentDigest>,
): Promise<Map<ContentDigest, Buffer>> {
  const sections = sectionsOf(archive, blockStart)
  const makers = [...wanted].map((kind) => ({
    kind,
    maker: kind === 'verity' ? new VerityTree(total(sections)) : new PieceDigest(kind, sections.sizes),
  }))
  for await (const piece of sections.pieces()) {
    archive.source.checkTime()
    for (const { maker } of makers) maker.add(piece)
  }
  return new Map(makers.map(({ kind, maker }) => [kind, maker.end()]))
}

function sectionsOf({ source, places }: ApkArchive, blockStart: number): Sections {
  // Signed as if there were no signing block.
  const end = Buffer.from(places.end)
  end.writeUInt32LE(blockStart, 16)
  return {
    sizes: [blockStart, places.directory.length, end.length],
    async *pieces() {
      yield* source.pieces(0, blockStart)
      yield* cut(places.directory)
      yield* cut(end)
    },
  }
}

function* cut(bytes: Buffer): Generator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}

const total = ({ sizes }: Sections) => sizes.reduce((sum, one) => sum + one, 0)

/** Digest of the digests of all pieces; none reaches over the border of a section. */
class PieceDigest {
  readonly #top
  constructor(
    readonly hash: 'sha256' | 'sha512',
    sizes: readonly number[],
  ) {
    const count = sizes.reduce((sum, one) => sum + Math.ceil(one / PIECE_BYTES), 0)
    this.#top = createHash(hash).update(prefixed(0x5a, count))
  }

  add(piece: Buffer): void {
    this.#top.update(createHash(this.hash).update(prefixed(0xa5, piece.length)).update(piece).digest())
  }

  end(): Buffer {
    return this.#top.digest()
  }
}

function prefixed(mark: number, value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt8(mark)
  bytes.writeUInt32LE(value, 1)
  return bytes
}

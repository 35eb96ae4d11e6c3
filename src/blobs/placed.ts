import type {
  BlobFile,
  BlobStore,
  ByteSource,
  ListedBlob,
  MarkedStore,
  OpenedBlob,
  OpenOptions,
  PutOptions,
  StoredBlob,
  StoreKind,
  StrayFile,
} from './blob-store'
import { blobNotFound } from './errors'
import { type BlobKey, checkKey } from './keys'
import { readSource } from './source'

/** Where blobs lie: the same for all servers, and changed by those who move them alone. */
export interface BlobPlace {
  home: StoreKind
  /** Holds some of them too: it is being filled, or it is where they were before. */
  other: StoreKind | null
  writesTo: StoreKind
  /** Each change is a new one. */
  epoch: number
}

/** The stores that there are, opened when they are first needed. */
export interface BlobStores {
  kinds: readonly StoreKind[]
  /** @throws blob_store_not_configured */
  open(kind: StoreKind): Promise<MarkedStore>
}

/**
 * The store for everybody who does not care where blobs lie, also while they are moved from one store to another: what is
 * not in the one is looked for in the other, new blobs go where the place says, and a delete deletes both copies. So a
 * server that hears of a change a moment later than another finds all blobs all the same.
 */
export class PlacedStore implements BlobStore {
  /** Puts under way, by the epoch in which they began. */
  readonly #underWay = new Map<number, number>()

  constructor(
    readonly stores: BlobStores,
    readonly place: () => BlobPlace,
    /** Throws where that store is not ours: asked before anything is stored, tried or deleted, and before anything is called missing. */
    readonly requireOwn: (kind: StoreKind) => Promise<void> = async () => {},
  ) {}

  /** Nothing that is still being stored was begun before this epoch. */
  drainedEpoch(): number {
    return Math.min(this.place().epoch, ...this.#underWay.keys())
  }

  put(key: BlobKey, source: ByteSource, options: PutOptions): Promise<StoredBlob> {
    return this.#store(source, (store) => store.put(key, source, options))
  }

  putContent(source: ByteSource, options: PutOptions): Promise<StoredBlob> {
    return this.#store(source, (store) => store.putContent(source, options))
  }

  open(key: BlobKey, options?: OpenOptions): Promise<OpenedBlob> {
    return this.#first((store) => store.open(key, options))
  }

  async head(key: BlobKey): Promise<{ sizeBytes: number } | undefined> {
    for (const kind of this.#kinds()) {
      const found = await (await this.stores.open(kind)).head(key)
      if (found !== undefined) return found
    }
    await this.requireOwn(this.place().home)
    return undefined
  }

  async openFile(key: BlobKey): Promise<BlobFile | undefined> {
    const kinds = this.#kinds()
    if (kinds.length === 1) return this.#first((store) => store.openFile(key))
    try {
      return await (await this.stores.open('files')).openFile(key)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    if ((await this.head(key)) === undefined) throw blobNotFound()
    return undefined
  }

  async addressOf(key: BlobKey, seconds: number): Promise<string | undefined> {
    const kinds = this.#kinds()
    if (!kinds.includes('s3')) return void checkKey(key)
    const s3 = await this.stores.open('s3')
    // An address of what has not come there yet would lead nowhere.
    if (kinds.length > 1 && (await s3.head(key)) === undefined) return undefined
    return s3.addressOf(key, seconds)
  }

  /** One that is in both is in it twice. */
  async *list(): AsyncGenerator<ListedBlob, void> {
    for (const kind of this.#kinds()) yield* (await this.stores.open(kind)).list()
  }

  async *strays(): AsyncGenerator<StrayFile, void> {
    for (const kind of this.#kinds()) yield* (await this.stores.open(kind)).strays()
  }

  async delete(key: BlobKey): Promise<void> {
    // The one that is written to comes last: a copy that is being made of it finds its original gone, or is deleted too.
    const { writesTo } = this.place()
    const kinds = [...this.#kinds().filter((kind) => kind !== writesTo), writesTo]
    for (const kind of kinds) await this.requireOwn(kind)
    for (const kind of kinds) await (await this.stores.open(kind)).delete(key)
  }

  async sweepIncoming(olderThanMs: number): Promise<number> {
    let removed = 0
    for (const kind of this.#kinds()) {
      await this.requireOwn(kind)
      removed += await (await this.stores.open(kind)).sweepIncoming(olderThanMs)
    }
    return removed
  }

  /** Of the stores that new blobs go to and that they are all in. Where they were before may be away. */
  async check(): Promise<void> {
    const { home, writesTo } = this.place()
    await Promise.all(
      [...new Set([home, writesTo])].map(async (kind) => {
        await (await this.stores.open(kind)).check()
        await this.requireOwn(kind)
      }),
    )
  }

  async checkWrites(): Promise<void> {
    await (await this.#toWrite(this.place().writesTo)).checkWrites()
  }

  #kinds(): StoreKind[] {
    const { home, other } = this.place()
    return other === null || !this.stores.kinds.includes(other) ? [home] : [home, other]
  }

  async #first<Result>(ask: (store: BlobStore) => Promise<Result>): Promise<Result> {
    for (const kind of this.#kinds())
      try {
        return await ask(await this.stores.open(kind))
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    await this.requireOwn(this.place().home)
    throw blobNotFound()
  }

  async #toWrite(kind: StoreKind): Promise<BlobStore> {
    await this.requireOwn(kind)
    return this.stores.open(kind)
  }

  async #store(source: ByteSource, put: (store: BlobStore) => Promise<StoredBlob>): Promise<StoredBlob> {
    const { writesTo, epoch } = this.place()
    this.#underWay.set(epoch, (this.#underWay.get(epoch) ?? 0) + 1)
    try {
      const store = await this.#toWrite(writesTo).catch((error: unknown) => {
        readSource(source).release(error)
        throw error
      })
      return await put(store)
    } finally {
      const left = (this.#underWay.get(epoch) ?? 1) - 1
      if (left === 0) this.#underWay.delete(epoch)
      else this.#underWay.set(epoch, left)
    }
  }
}

function isNotFound(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'blob_not_found'
}

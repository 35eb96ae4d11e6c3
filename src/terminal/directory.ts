/**
 * Every enrolled terminal, in memory, as flat arrays: what the door must know to answer an idle check-in without a
 * query. One slot per terminal; a million of them take about 150 MB and give the garbage collector nothing to walk.
 *
 * Two open-addressing tables lead to a slot: the hash of the current secret (256 bits, compared whole) and the
 * terminal's id. Pending secrets are not in here: their first use goes to the database anyway.
 *
 * A slot belongs to one terminal for as long as the process lives: a request under way that holds a slot can never find
 * another terminal behind it. When the feed names a terminal, its secret and its plan are forgotten and the next request
 * asks the database; unknown secrets are never remembered.
 */
/** Nobody's plan is believed for longer, whatever the clock does meanwhile. */
export const LONGEST_IDLE_SECONDS = 86_400

/** True where a moment is still to come, and not so far off that the clock must have been set back since it was noted. */
export function isAhead(seconds: number, nowSeconds: number): boolean {
  return seconds > nowSeconds && seconds <= nowSeconds + LONGEST_IDLE_SECONDS
}

export const DOOR_STATES = ['active', 'suspended'] as const
export type DoorState = (typeof DOOR_STATES)[number]

export interface DirectoryEntry {
  terminalId: string
  state: DoorState
  intervalSeconds: number
  tokenHash: Buffer
  /** Digest of the client's own hash of its last accepted status; null where there is none. */
  clientHashDigest: Buffer | null
  /** Digest of that status itself. */
  statusDigest: Buffer | null
}

const TOKEN_BYTES = 32
const ID_BYTES = 16
const DIGEST_BYTES = 16
const EMPTY = 0
const TOMBSTONE = -1
const FIRST_CAPACITY = 1024

/** Plan not computed since the terminal or what it depends on changed. */
const UNKNOWN = 0

interface Arrays {
  tokens: Uint8Array
  ids: Uint8Array
  /** Of the clients' own hashes. */
  digests: Uint8Array
  statusDigests: Uint8Array
  states: Uint8Array
  intervals: Uint32Array
  /** Unix seconds until which the plan is known to be empty. */
  idleUntil: Uint32Array
  /** The epoch in which the plan was forgotten last. */
  forgottenIn: Float64Array
  bucketTokens: Float32Array
  bucketAt: Float64Array
}

export class TerminalDirectory {
  #capacity = FIRST_CAPACITY
  #arrays = allocate(FIRST_CAPACITY)
  #byToken = new Int32Array(FIRST_CAPACITY * 4)
  #byId = new Int32Array(FIRST_CAPACITY * 4)
  #used = 0
  #tombstones = 0
  #epoch = 0

  /** How many terminals have a slot. */
  get size(): number {
    return this.#used
  }

  /** Grows with every plan that is forgotten. */
  get epoch(): number {
    return this.#epoch
  }

  /** The slot of a current secret, or -1. */
  findByToken(tokenHash: Buffer): number {
    const mask = this.#byToken.length - 1
    const { tokens } = this.#arrays
    for (let at = tokenHash.readUInt32LE(0) & mask; ; at = (at + 1) & mask) {
      const found = this.#byToken[at] as number
      if (found === EMPTY) return -1
      if (found !== TOMBSTONE && sameBytes(tokens, (found - 1) * TOKEN_BYTES, tokenHash, TOKEN_BYTES))
        return found - 1
    }
  }

  /** The slot of a terminal, or -1. */
  findById(terminalId: string): number {
    return this.#findId(idBytes(terminalId))
  }

  /** Adds a terminal, with a plan not known yet, or brings it up to date. Returns its slot. */
  put(entry: DirectoryEntry): number {
    const id = idBytes(entry.terminalId)
    let slot = this.#findId(id)
    if (slot === -1) slot = this.#add(id)
    const arrays = this.#arrays
    if (!sameBytes(arrays.tokens, slot * TOKEN_BYTES, entry.tokenHash, TOKEN_BYTES)) {
      this.#unlink(slot)
      arrays.tokens.set(entry.tokenHash, slot * TOKEN_BYTES)
      this.#link(this.#byToken, slot, entry.tokenHash.readUInt32LE(0))
    }
    arrays.states[slot] = DOOR_STATES.indexOf(entry.state)
    arrays.intervals[slot] = entry.intervalSeconds
    this.setClientHash(slot, entry.clientHashDigest)
    // A status that came in through another server may have changed the plan.
    if (!this.hasStatus(slot, entry.statusDigest)) this.forgetPlan(slot)
    this.setStatus(slot, entry.statusDigest)
    this.#compact()
    return slot
  }

  /** Forgets what opens the door for this terminal: its next request is looked up. */
  forgetToken(terminalId: string): number {
    const slot = this.findById(terminalId)
    if (slot === -1) return slot
    const { tokens } = this.#arrays
    this.#unlink(slot)
    tokens.fill(0, slot * TOKEN_BYTES, (slot + 1) * TOKEN_BYTES)
    this.#compact()
    return slot
  }

  forgetAllTokens(): void {
    this.#arrays.tokens.fill(0)
    this.#byToken.fill(EMPTY)
    this.#tombstones = 0
  }

  terminalId(slot: number): string {
    const hex = Buffer.from(this.#arrays.ids.buffer, slot * ID_BYTES, ID_BYTES).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  isSuspended(slot: number): boolean {
    return this.#arrays.states[slot] === 1
  }

  intervalSeconds(slot: number): number {
    return this.#arrays.intervals[slot] as number
  }

  /** The terminal's place in its interval, 0 ≤ phase < 1: random bits of its id. */
  phase(slot: number): number {
    const { ids } = this.#arrays
    const at = slot * ID_BYTES + 12
    return (
      (((ids[at] as number) << 16) | ((ids[at + 1] as number) << 8) | (ids[at + 2] as number)) / 0x1000000
    )
  }

  hasClientHash(slot: number, digest: Buffer): boolean {
    return sameBytes(this.#arrays.digests, slot * DIGEST_BYTES, digest, DIGEST_BYTES)
  }

  setClientHash(slot: number, digest: Buffer | null): void {
    write(this.#arrays.digests, slot, digest)
  }

  /** True where this is the status this server knows of. */
  hasStatus(slot: number, digest: Buffer | null): boolean {
    return sameBytes(this.#arrays.statusDigests, slot * DIGEST_BYTES, digest ?? NO_DIGEST, DIGEST_BYTES)
  }

  setStatus(slot: number, digest: Buffer | null): void {
    write(this.#arrays.statusDigests, slot, digest)
  }

  /** True while the terminal's plan is known to be empty. */
  isIdle(slot: number, nowSeconds: number): boolean {
    return isAhead(this.#arrays.idleUntil[slot] as number, nowSeconds)
  }

  setIdleUntil(slot: number, unixSeconds: number): void {
    this.#arrays.idleUntil[slot] = unixSeconds
  }

  forgetPlan(slot: number): void {
    this.#arrays.idleUntil[slot] = UNKNOWN
    this.#arrays.forgottenIn[slot] = ++this.#epoch
  }

  forgetAllPlans(): void {
    this.#arrays.idleUntil.fill(UNKNOWN)
    this.#arrays.forgottenIn.fill(++this.#epoch)
  }

  /** True where something the plan depends on changed after `epoch`. */
  isForgottenSince(slot: number, epoch: number): boolean {
    return (this.#arrays.forgottenIn[slot] as number) > epoch
  }

  /** Token bucket of a terminal at a moment of `uptimeMs`: true where it may go on. A bucket holds a minute's worth. */
  takeRequest(slot: number, atMs: number, perMinute: number): boolean {
    const arrays = this.#arrays
    const at = arrays.bucketAt[slot] as number
    const level =
      at === 0
        ? perMinute
        : Math.min(perMinute, (arrays.bucketTokens[slot] as number) + ((atMs - at) / 60_000) * perMinute)
    arrays.bucketAt[slot] = atMs
    if (level < 1) {
      arrays.bucketTokens[slot] = level
      return false
    }
    arrays.bucketTokens[slot] = level - 1
    return true
  }

  #add(id: Buffer): number {
    const slot = this.#used++
    if (slot >= this.#capacity) this.#grow()
    this.#arrays.ids.set(id, slot * ID_BYTES)
    this.#arrays.bucketAt[slot] = 0
    this.#link(this.#byId, slot, id.readUInt32LE(ID_BYTES - 4))
    return slot
  }

  #findId(id: Buffer): number {
    const mask = this.#byId.length - 1
    for (let at = id.readUInt32LE(ID_BYTES - 4) & mask; ; at = (at + 1) & mask) {
      const found = this.#byId[at] as number
      if (found === EMPTY) return -1
      if (found !== TOMBSTONE && sameBytes(this.#arrays.ids, (found - 1) * ID_BYTES, id, ID_BYTES))
        return found - 1
    }
  }

  #link(table: Int32Array, slot: number, hash: number): void {
    const mask = table.length - 1
    let at = hash & mask
    while ((table[at] as number) > EMPTY) at = (at + 1) & mask
    if (table[at] === TOMBSTONE) this.#tombstones--
    table[at] = slot + 1
  }

  #unlink(slot: number): void {
    const table = this.#byToken
    const key = Buffer.from(this.#arrays.tokens.buffer, slot * TOKEN_BYTES, TOKEN_BYTES)
    const mask = table.length - 1
    for (let at = key.readUInt32LE(0) & mask; table[at] !== EMPTY; at = (at + 1) & mask) {
      if (table[at] !== slot + 1) continue
      table[at] = TOMBSTONE
      this.#tombstones++
      return
    }
  }

  /** Tombstones lengthen every search; the table is four times the slots, so this happens seldom. */
  #compact(): void {
    if (this.#tombstones > this.#capacity) this.#rebuild()
  }

  #grow(): void {
    const before = this.#arrays
    this.#capacity *= 2
    this.#arrays = allocate(this.#capacity)
    for (const name of Object.keys(before) as (keyof Arrays)[]) this.#arrays[name].set(before[name] as never)
    this.#rebuild()
  }

  #rebuild(): void {
    this.#byToken = new Int32Array(this.#capacity * 4)
    this.#byId = new Int32Array(this.#capacity * 4)
    this.#tombstones = 0
    const { tokens, ids } = this.#arrays
    for (let slot = 0; slot < this.#used; slot++) {
      const id = Buffer.from(ids.buffer, slot * ID_BYTES, ID_BYTES)
      if (!isZero(id)) this.#link(this.#byId, slot, id.readUInt32LE(ID_BYTES - 4))
      const token = Buffer.from(tokens.buffer, slot * TOKEN_BYTES, TOKEN_BYTES)
      if (!isZero(token)) this.#link(this.#byToken, slot, token.readUInt32LE(0))
    }
  }
}

function allocate(capacity: number): Arrays {
  return {
    tokens: new Uint8Array(capacity * TOKEN_BYTES),
    ids: new Uint8Array(capacity * ID_BYTES),
    digests: new Uint8Array(capacity * DIGEST_BYTES),
    statusDigests: new Uint8Array(capacity * DIGEST_BYTES),
    states: new Uint8Array(capacity),
    intervals: new Uint32Array(capacity),
    idleUntil: new Uint32Array(capacity),
    forgottenIn: new Float64Array(capacity),
    bucketTokens: new Float32Array(capacity),
    bucketAt: new Float64Array(capacity),
  }
}

const NO_DIGEST = Buffer.alloc(DIGEST_BYTES)

function write(digests: Uint8Array, slot: number, digest: Buffer | null): void {
  digests.set((digest ?? NO_DIGEST).subarray(0, DIGEST_BYTES), slot * DIGEST_BYTES)
}

function idBytes(terminalId: string): Buffer {
  return Buffer.from(terminalId.replaceAll('-', ''), 'hex')
}

function sameBytes(a: Uint8Array, from: number, b: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[from + i] !== b[i]) return false
  return true
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false
  return true
}

import { type BlobKey, randomKey } from '../../src/blobs/keys'
import { type BlobStoreSettings, openBlobStore } from '../../src/blobs/open'
import { MIB, noise } from './sources'

/**
 * A process to be killed. `half`: says "half" when half of a put is in, then goes silent. `many`: puts one blob after
 * the other and prints each key once its put was answered.
 */
const [settings, mode, key] = process.argv.slice(2) as [string, 'half' | 'many', BlobKey]
const store = await openBlobStore(JSON.parse(settings) as BlobStoreSettings)
const say = (line: string) => process.stdout.write(`${line}\n`)

async function* half() {
  yield noise(20 * MIB)
  // Asked for more: what came before is with the driver.
  setTimeout(() => say('half'), 500)
  await new Promise(() => setInterval(() => {}, 1_000))
}

if (mode === 'half') await store.put(key, half(), { maxBytes: 64 * MIB, idleMs: 60_000 })
for (let seed = 1; mode === 'many'; seed++) {
  const body = (async function* () {
    yield noise(100_000, seed)
  })()
  const stored = await store.put(randomKey('many'), body, { maxBytes: MIB })
  say(`${stored.key} ${stored.sha256}`)
}

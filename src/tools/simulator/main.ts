import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PLATFORM_IDS, type PlatformId } from '../../core/platforms'
import { TerminalClient } from './client'
import { playFleet } from './fleet'
import { KeySystem } from './keys/key-system'
import { askForCode } from './register'
import { StateFile } from './state-file'
import { FakeTerminal, type Memory } from './terminal'

const USAGE = `Plays a fleet of terminals by the published protocol.

npm run simulate -- --server URL --terminals N (--api-key psk_… | --code CODE) [options]

  --server URL        the server, for example http://127.0.0.1:3000
  --terminals N       how many (default 10)
  --platform P        ${PLATFORM_IDS.join(', ')} or mixed (default mixed)
  --prefix TEXT       serial numbers are TEXT and a number (default SIM)
  --api-key KEY       registers the terminals by REST and asks for an enrolment code
                      (scopes terminals:read,terminals:write,terminals:enroll)
  --code CODE         an enrolment code for serial numbers that are registered already
  --speed X           time runs X times faster for the terminals (default 1)
  --break-rate X      share of messages whose connection breaks (default 0.01)
  --offline-rate X    share of check-ins followed by an offline spell (default 0.01)
  --slips X           slips a terminal makes between two check-ins, on average (default 1)
  --log-rate X        how often a terminal at a cash register thinks of yesterday's log after a check-in (default 0.2)
  --fail-rate X       share of actions that fail, of updates, applications and keys (default 0.03)
  --lie-rate X        share of actions that are said to be done and are not (default 0.01)
  --silent-rate X     share of actions of which nothing is heard (default 0.01)
  --power-cut-rate X  share of 4 MiB pieces of a file, and of installed applications, after which the power fails
                      (default 0.02)
  --network-loss-rate X
                      share of such pieces in the middle of which the network is lost (default 0.02)
  --wrong-signature-rate X
                      share of actions of which an application is there already, signed by somebody else (default 0.01)
  --drift-rate X      how often a day a cashier removes an application of an Android terminal, or installs a game, on
                      average (default 0.05)
  --mismatch-rate X   share of key files of which a loaded key has another check value (default 0.01)
  --lost-answer-rate X
                      share of key files behind whose last byte the connection breaks (default 0.02)
  --key-rate X        how often a day a terminal asks for keys by itself: an engineer wants it, or a tamper has erased
                      them, on average (default 0.05)
  --key-system KEY    plays a key system as well, with this API key (scope keys:deposit): it deposits files for terminals
                      that have none, ask for one, or whose file has expired or was revoked
  --key-batch NAME    the batch it names (default SIM and the day)
  --key-every N       seconds between two of its rounds (default 300)
  --room BYTES        what an Android terminal has for applications (default: each its own, 200 MB to 2 GB)
  --state FILE        remembers tokens, slips and what is installed between runs, also when killed
  --seconds N         ends after N seconds
`

const out = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      terminals: { type: 'string', default: '10' },
      platform: { type: 'string', default: 'mixed' },
      prefix: { type: 'string', default: 'SIM' },
      'api-key': { type: 'string' },
      code: { type: 'string' },
      speed: { type: 'string', default: '1' },
      'break-rate': { type: 'string', default: '0.01' },
      'offline-rate': { type: 'string', default: '0.01' },
      slips: { type: 'string', default: '1' },
      'log-rate': { type: 'string', default: '0.2' },
      'fail-rate': { type: 'string', default: '0.03' },
      'lie-rate': { type: 'string', default: '0.01' },
      'silent-rate': { type: 'string', default: '0.01' },
      'power-cut-rate': { type: 'string', default: '0.02' },
      'network-loss-rate': { type: 'string', default: '0.02' },
      'wrong-signature-rate': { type: 'string', default: '0.01' },
      'drift-rate': { type: 'string', default: '0.05' },
      'mismatch-rate': { type: 'string', default: '0.01' },
      'lost-answer-rate': { type: 'string', default: '0.02' },
      'key-rate': { type: 'string', default: '0.05' },
      'key-system': { type: 'string' },
      'key-batch': { type: 'string', default: `SIM-${new Date().toISOString().slice(0, 10)}` },
      'key-every': { type: 'string', default: '300' },
      room: { type: 'string' },
      state: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || values.server === undefined) {
    out(USAGE)
    process.exit(values.help ? 0 : 2)
  }
  const client = new TerminalClient(values.server)
  const memories = remember(values.state) ?? fresh(values)
  const terminals = memories.map((memory) => new FakeTerminal(client, memory))
  const strangers = terminals.filter((one) => one.token === undefined).map((one) => one.memory)
  const code = values.code ?? (await askForCode(client, values['api-key'], strangers))
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  if (values.seconds !== undefined) setTimeout(() => stop.abort(), Number(values.seconds) * 1000).unref()
  const state =
    values.state === undefined
      ? undefined
      : new StateFile(values.state, () => terminals.map((one) => one.memory))
  const { counts, done } = playFleet(terminals, {
    speed: Number(values.speed),
    breakRate: Number(values['break-rate']),
    offlineRate: Number(values['offline-rate']),
    slipRate: Number(values.slips),
    logRate: Number(values['log-rate']),
    driftRate: Number(values['drift-rate']),
    keyRate: Number(values['key-rate']),
    troubles: {
      failRate: Number(values['fail-rate']),
      lieRate: Number(values['lie-rate']),
      silentRate: Number(values['silent-rate']),
      powerCutRate: Number(values['power-cut-rate']),
      networkLossRate: Number(values['network-loss-rate']),
      wrongSignatureRate: Number(values['wrong-signature-rate']),
      lostAnswerRate: Number(values['lost-answer-rate']),
      kcvMismatchRate: Number(values['mismatch-rate']),
    },
    signal: stop.signal,
    enrollmentCode: () => code,
    remembered: async () => state?.save(),
  })
  const keySystem =
    values['key-system'] === undefined
      ? undefined
      : new KeySystem(client, values['key-system'], values['key-batch'])
  const everyMs = (Number(values['key-every']) * 1000) / Number(values.speed)
  const deposits = keySystem?.run(memories, everyMs, stop.signal)
  const allCounts = () => ({ ...counts(), ...keySystem?.counts })
  const beat = setInterval(() => {
    out(
      `${new Date().toISOString()} ${Object.entries(allCounts())
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
    )
  }, 5_000)
  await Promise.all([done, deposits])
  clearInterval(beat)
  await state?.save()
  out(JSON.stringify(allCounts()))
  client.close()
}

interface FreshOptions {
  terminals: string
  prefix: string
  platform: string
  room?: string | undefined
}

function fresh({ terminals, prefix, platform, room }: FreshOptions): Memory[] {
  const platforms = platform === 'mixed' ? PLATFORM_IDS : [platform as PlatformId]
  if (!platforms.every((one) => PLATFORM_IDS.includes(one))) throw new Error(`unknown platform ${platform}`)
  return Array.from({ length: Number(terminals) }, (_, index) => ({
    serial: `${prefix}${String(index + 1).padStart(6, '0')}`,
    platform: platforms[index % platforms.length] as PlatformId,
    token: undefined,
    ...(room === undefined ? {} : { roomBytes: Number(room) }),
  }))
}

function remember(file: string | undefined): Memory[] | undefined {
  return file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})

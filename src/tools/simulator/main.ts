import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PLATFORM_IDS, type PlatformId } from '../../core/platforms'
import { TerminalClient } from './client'
import { playFleet } from './fleet'
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
  --fail-rate X       share of updates that fail (default 0.03)
  --lie-rate X        share of updates that are said to be installed and are not (default 0.01)
  --silent-rate X     share of updates of which nothing is heard (default 0.01)
  --power-cut-rate X  share of 4 MiB pieces of a file after which the power fails (default 0.02)
  --network-loss-rate X
                      share of such pieces in the middle of which the network is lost (default 0.02)
  --state FILE        remembers tokens and slips between runs, also when killed
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
      'fail-rate': { type: 'string', default: '0.03' },
      'lie-rate': { type: 'string', default: '0.01' },
      'silent-rate': { type: 'string', default: '0.01' },
      'power-cut-rate': { type: 'string', default: '0.02' },
      'network-loss-rate': { type: 'string', default: '0.02' },
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
  const memories = remember(values.state) ?? fresh(Number(values.terminals), values.prefix, values.platform)
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
    troubles: {
      failRate: Number(values['fail-rate']),
      lieRate: Number(values['lie-rate']),
      silentRate: Number(values['silent-rate']),
      powerCutRate: Number(values['power-cut-rate']),
      networkLossRate: Number(values['network-loss-rate']),
    },
    signal: stop.signal,
    enrollmentCode: () => code,
    remembered: async () => state?.save(),
  })
  const beat = setInterval(() => {
    out(
      `${new Date().toISOString()} ${Object.entries(counts())
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
    )
  }, 5_000)
  await done
  clearInterval(beat)
  await state?.save()
  out(JSON.stringify(counts()))
  client.close()
}

function fresh(count: number, prefix: string, platform: string): Memory[] {
  const platforms = platform === 'mixed' ? PLATFORM_IDS : [platform as PlatformId]
  if (!platforms.every((one) => PLATFORM_IDS.includes(one))) throw new Error(`unknown platform ${platform}`)
  return Array.from({ length: count }, (_, index) => ({
    serial: `${prefix}${String(index + 1).padStart(6, '0')}`,
    platform: platforms[index % platforms.length] as PlatformId,
    token: undefined,
  }))
}

function remember(file: string | undefined): Memory[] | undefined {
  return file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})

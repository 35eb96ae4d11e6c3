import path from 'node:path'
import { parseArgs } from 'node:util'
import { planApps } from './apps'
import { jobNow } from './job-now'
import { openRest } from './rest'
import { planUpdates } from './updates'
import { keepWebhook } from './webhook'

const USAGE = `Does what operators and third parties of the demonstration do: rules, sets of applications and rollouts over the simulated fleet,
a run of the slip archive, and a receiver of webhooks on this machine, until SIGTERM.

node scripts/tool.mjs showcase --server URL --api-key psk_… --state FOLDER

  --server URL    the server, for example http://127.0.0.1:3000
  --api-key KEY   scopes ${'`apps:read`, `apps:write`, `jobs:run`, `groups:read`, `packages:read`, `updates:read`, `updates:write`'},
                  ${'`webhooks:write`'}, and what may be read of slips and alerts
  --state FOLDER  remembers the webhook between runs
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { server: { type: 'string' }, 'api-key': { type: 'string' }, state: { type: 'string' } },
  })
  const { server, 'api-key': apiKey, state } = values
  if (server === undefined || apiKey === undefined || state === undefined) {
    process.stdout.write(USAGE)
    process.exit(2)
  }
  const call = openRest(server, apiKey)
  const receiver = await keepWebhook(call, path.join(state, 'webhook.json'))
  if (receiver === undefined)
    process.stderr.write(
      'The demo has no webhook: WEBHOOK_ALLOW_PRIVATE does not let any go to this machine.\n',
    )
  await planUpdates(call)
  await planApps(call)
  await jobNow(call, 'archive-eslips')
  process.stdout.write('ready\n')
  const alive = setInterval(() => {}, 60_000)
  const stop = () => {
    clearInterval(alive)
    void receiver?.close()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
}

main().catch((error: unknown) => {
  process.stderr.write(`showcase: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})

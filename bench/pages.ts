import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const HELP = `npm run bench -- pages [options]
  --rounds N       runs of each page; medians are taken (3)
  --chromium FILE  the browser (/usr/bin/chromium)

Lighthouse looks at the sign-in page and at Monitoring › Status of a server with the demo's data, as a phone on a slow
network and as a desk. It is fetched from the package registry for this run: too much to carry for a measurement.
`
/** The last one for Node 20. */
const LIGHTHOUSE = 'lighthouse@12.8.2'
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const
const SCRIPT_GOAL_BYTES = 130_000
const SCORE_GOAL = 90

interface Report {
  lhr: {
    categories: Record<string, { score: number | null }>
    audits: Record<string, { numericValue?: number; details?: { items?: Record<string, unknown>[] } }>
  }
}
type Lighthouse = (url: string, flags: object, config?: object) => Promise<Report | undefined>

interface Loaded {
  lighthouse: Lighthouse
  desktop: object
  launch(options: object): Promise<{ port: number; kill(): void }>
}

interface Figures {
  scores: Record<string, number>
  scriptBytes: number
  paintedMs: number
}

const main = async (rounds: number, chromium: string) => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-pages-'))
  const server = await startServer(directory)
  try {
    const loaded = await loadLighthouse(directory)
    const cookie = await signIn(server.url, directory)
    const chrome = await loaded.launch({ chromePath: chromium, chromeFlags: CHROME_FLAGS })
    const rows: string[] = []
    for (const [name, address, headers] of [
      ['sign-in', '/sign-in', {}],
      ['Monitoring › Status', '/monitoring/status', { Cookie: cookie }],
    ] as const)
      for (const device of ['phone', 'desk'] as const) {
        const runs: Figures[] = []
        for (let round = 0; round < rounds; round++)
          runs.push(await look(loaded, chrome.port, server.url + address, { device, headers }))
        rows.push(row(`${name}, ${device}`, runs))
      }
    chrome.kill()
    process.stdout.write(`${[HEAD, ...rows].join('\n')}\n`)
  } finally {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

const CHROME_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
]
const HEAD = `| page | ${CATEGORIES.join(' | ')} | largest paint, s | scripts, kB gzipped | goal |
|---|${'---|'.repeat(CATEGORIES.length + 3)}`

async function look(
  { lighthouse, desktop }: Loaded,
  port: number,
  url: string,
  { device, headers }: { device: 'phone' | 'desk'; headers: Record<string, string> },
): Promise<Figures> {
  const flags = { port, extraHeaders: headers, onlyCategories: CATEGORIES, logLevel: 'error' }
  const report = await lighthouse(url, flags, device === 'desk' ? desktop : undefined)
  if (report === undefined) throw new Error(`Lighthouse says nothing about ${url}.`)
  const { categories, audits } = report.lhr
  const scripts = (audits['network-requests']?.details?.items ?? []).filter(
    (one) => one.resourceType === 'Script',
  )
  return {
    scores: Object.fromEntries(
      CATEGORIES.map((name) => [name, Math.round((categories[name]?.score ?? 0) * 100)]),
    ),
    scriptBytes: scripts.reduce((sum, one) => sum + Number(one.transferSize ?? 0), 0),
    paintedMs: audits['largest-contentful-paint']?.numericValue ?? 0,
  }
}

function row(name: string, runs: readonly Figures[]): string {
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
  const scores = CATEGORIES.map((category) => middle(runs.map((run) => run.scores[category] ?? 0)))
  const scriptBytes = middle(runs.map((run) => run.scriptBytes))
  const isMet = scores.every((score) => score >= SCORE_GOAL) && scriptBytes <= SCRIPT_GOAL_BYTES
  const painted = (middle(runs.map((run) => run.paintedMs)) / 1000).toFixed(1)
  const goal = `≥ ${SCORE_GOAL}, ≤ ${SCRIPT_GOAL_BYTES / 1000} kB: ${isMet ? 'met' : 'missed'}`
  return `| ${[name, ...scores, painted, (scriptBytes / 1000).toFixed(0), goal].join(' | ')} |`
}

async function loadLighthouse(directory: string): Promise<Loaded> {
  process.stderr.write(`Fetching ${LIGHTHOUSE} …\n`)
  const options = ['--no-audit', '--no-fund', '--silent', '--prefix', directory]
  execFileSync('npm', ['install', ...options, LIGHTHOUSE], { stdio: ['ignore', 'ignore', 'inherit'] })
  const require = createRequire(path.join(directory, 'node_modules/lighthouse/package.json'))
  const load = (name: string) => import(pathToFileURL(require.resolve(name)).href)
  const [{ default: lighthouse, desktopConfig }, { launch }] = await Promise.all([
    load('lighthouse'),
    load('chrome-launcher'),
  ])
  return { lighthouse, desktop: desktopConfig, launch }
}

/** The built server on a free port, with the demo's data. */
async function startServer(directory: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      STORAGE_DIR: path.join(directory, 'storage'),
      SECOND_FACTOR_ROLES: 'none',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /"serves":"all".*"url":"([^"]+)"/.exec(line) ?? []
    if (url === undefined) continue
    child.stdout.resume()
    return {
      url,
      stop() {
        child.kill('SIGTERM')
        return exited
      },
    }
  }
  throw new Error('The server did not start.')
}

/** Fills the server with the demo's data and signs its operator in; the session as a cookie. */
async function signIn(url: string, directory: string): Promise<string> {
  const seeded = execFileSync(process.execPath, ['scripts/tool.mjs', 'seed'], {
    env: { ...process.env, STORAGE_DIR: path.join(directory, 'storage') },
    encoding: 'utf8',
  })
  const { username, password } = JSON.parse(seeded) as { username: string; password: string }
  const answer = await fetch(`${url}/api/auth/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
    body: JSON.stringify({ login: username, password }),
  })
  if (!answer.ok) throw new Error(`The demo's operator could not sign in: ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ')
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else if (!existsSync(values.chromium)) {
  process.stderr.write(`There is no browser at ${values.chromium}: name one by --chromium.\n`)
  process.exitCode = 2
} else await main(Number(values.rounds), values.chromium)

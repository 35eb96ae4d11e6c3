import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { atLeast, atMost, type Figure, type Findings, figureOf } from './lib/figure'
import { inFolder } from './lib/folder'
import { main, say } from './lib/main'

/** The last one for Node 20. */
const LIGHTHOUSE = 'lighthouse@12.8.2'
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const
const SCRIPT_GOAL_KB = 130
const SCORE_GOAL = 90
const STATUS_CAUSES = {
  score:
    'The rows of the page come from the browser, after its scripts: on a telephone with a processor four times slower that is what takes the time.',
  scripts: 'The page brings the table, its filters and, on a desk, the charts at once.',
}

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

interface Looked {
  scores: Record<string, number>
  scriptKb: number
  paintedMs: number
}

const CHROME_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
]

async function measure(
  directory: string,
  ends: (() => unknown)[],
  rounds: number,
  chromium: string,
): Promise<Findings> {
  const loaded = await loadLighthouse(directory).catch(
    (error: Error) => `${LIGHTHOUSE} could not be fetched (${error.message.split('\n', 1)[0]})`,
  )
  if (typeof loaded === 'string') return missing(loaded)
  const server = await startServer(directory)
  ends.push(() => server.stop())
  const cookie = await signIn(server.url, directory)
  const chrome = await loaded.launch({ chromePath: chromium, chromeFlags: CHROME_FLAGS })
  ends.push(() => chrome.kill())
  const [figures, scores]: [Figure[], Figure[]] = [[], []]
  for (const [name, address, headers, causes] of [
    ['sign-in', '/sign-in', {}, undefined],
    ['Monitoring › Status', '/monitoring/status', { Cookie: cookie }, STATUS_CAUSES],
  ] as const)
    for (const device of ['phone', 'desk'] as const) {
      const runs: Looked[] = []
      for (let round = 0; round < rounds; round++)
        runs.push(await look(loaded, chrome.port, server.url + address, { device, headers }))
      const page = `${name}, ${device}`
      const of = (what: (run: Looked) => number) => runs.map(what)
      figures.push(
        figureOf(
          `${page}: performance`,
          '',
          of(({ scores }) => scores.performance ?? 0),
          {
            ...{ goals: [atLeast(SCORE_GOAL)], cause: causes?.score },
          },
        ),
        figureOf(
          `${page}: scripts, gzipped`,
          'kB',
          of(({ scriptKb }) => scriptKb),
          {
            ...{ goals: [atMost(SCRIPT_GOAL_KB)], cause: causes?.scripts },
          },
        ),
      )
      for (const category of CATEGORIES.slice(1))
        scores.push(
          figureOf(
            `${page}: ${category}`,
            '',
            of((run) => run.scores[category] ?? 0),
            {
              goals: [atLeast(SCORE_GOAL)],
            },
          ),
        )
      scores.push(
        figureOf(
          `${page}: largest paint`,
          'ms',
          of(({ paintedMs }) => paintedMs),
        ),
      )
    }
  return {
    setUp: [`${LIGHTHOUSE} and a Chromium, straight from the server without a compressing proxy`],
    figures,
    details: [{ title: 'Other scores', figures: scores }],
  }
}

const missing = (why: string): Findings => ({
  setUp: [],
  figures: [{ name: 'scores and scripts', unit: '', missing: why }],
})

async function look(
  { lighthouse, desktop }: Loaded,
  port: number,
  url: string,
  { device, headers }: { device: 'phone' | 'desk'; headers: Record<string, string> },
): Promise<Looked> {
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
    scriptKb: scripts.reduce((sum, one) => sum + Number(one.transferSize ?? 0), 0) / 1000,
    paintedMs: audits['largest-contentful-paint']?.numericValue ?? 0,
  }
}

async function loadLighthouse(directory: string): Promise<Loaded> {
  say(`fetching ${LIGHTHOUSE} …`)
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

await main({
  name: 'pages',
  title:
    "Lighthouse looks at the sign-in page and at Monitoring › Status of a server with the demo's data, as a phone on a slow network and as a desk. It is fetched from the package registry for this run: too much to carry for a measurement.",
  options: {
    rounds: { default: '3', quick: '1', meaning: 'runs of each page; medians are taken' },
    chromium: { default: '/usr/bin/chromium', meaning: 'the browser' },
  },
  run: async ({ rounds, chromium }) =>
    existsSync(chromium)
      ? inFolder((directory, ends) => measure(directory, ends, Number(rounds), chromium))
      : missing(`there is no browser at ${chromium}`),
})

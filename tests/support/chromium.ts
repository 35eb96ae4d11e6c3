import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { expect } from 'vitest'

/** The same engine without the windows, menus and services of a desktop; else all of it. */
const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']
const PROGRAM = process.env.TEST_CHROMIUM ?? INSTALLED.find((file) => existsSync(file))
const AXE = path.resolve('node_modules/axe-core/axe.min.js')

/** What to do to have the browser tests run; undefined where they can. */
export function missingForBrowser(): string | undefined {
  if (PROGRAM !== undefined && existsSync(PROGRAM)) return undefined
  return 'Browser tests skipped: apt-get install -y --no-install-recommends chromium-headless-shell (or chromium, or name one in TEST_CHROMIUM)'
}

/** A headless Chromium that asks for nothing but what the pages ask for. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface Visit {
  page: Page
  context: BrowserContext
  /** What the browser complained about: errors and warnings of the console, broken policies, exceptions. */
  complaints: string[]
}

/** A window of its own, that writes down every complaint. 390 pixels are a telephone: touch, no hover. */
export async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const isNarrow = (options.viewport?.width ?? 1440) < 500
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    ...(isNarrow ? { isMobile: true, hasTouch: true } : {}),
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  return { page, context, complaints }
}

/** WCAG 2.2 A and AA, and axe's best practices, on what the page shows once nothing fades in or out any more. */
export async function expectAccessible(page: Page): Promise<void> {
  // Past the page's policy, which would forbid it as a script element; once in a document.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(readFileSync(AXE, 'utf8'))
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>
      }
    }
    const fading = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    await Promise.allSettled(fading.map(({ finished }) => finished))
    // The same rules on the same elements; what is in order is not described.
    const found = await axe.run({ resultTypes: ['violations'], selectors: false })
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html}: ${failureSummary}`),
    }))
  })
  expect(violations, page.url()).toEqual([])
}

// Debian's Chromium, headless, for looking at the workbench that code-server serves.
import { chromium } from 'playwright-core'
import { find } from './install.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** The path of a Chromium on this machine, or undefined. */
export const chromiumPath = () => process.env.CHROMIUM ?? names.map(find).find(path => path !== undefined)

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

export async function launchBrowser() {
  return chromium.launch({ executablePath: chromiumPath(), headless: true, args: quiet })
}

/** A page that reaches nothing but loopback: everything else is refused at once, instead of hanging. */
export async function openPage(browser, { viewport = { width: 1400, height: 900 }, deviceScaleFactor = 1 } = {}) {
  const context = await browser.newContext({ viewport, deviceScaleFactor })
  const isOutside = url => /^https?:$/.test(url.protocol) && !['127.0.0.1', 'localhost'].includes(url.hostname)
  await context.route(isOutside, route => route.abort())
  return { context, page: await context.newPage() }
}

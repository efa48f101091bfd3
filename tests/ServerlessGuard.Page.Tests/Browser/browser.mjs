// Starts the browser and runs checks by name. Nothing of the page is trusted to say that it is well: requests, complaints and violations are counted here.
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = process.env.GUARD_BROWSER_FOLDER;
const require = createRequire(join(folder, 'package.json'));
const { chromium } = require('playwright-core');

export const axeSource = require.resolve('axe-core/axe.min.js');

/** The one that was found, or the one from npm, which unpacks itself and its libraries beside its package. */
async function locate() {
  if (process.env.GUARD_BROWSER) {
    return { executablePath: process.env.GUARD_BROWSER, args: ['--no-sandbox'] };
  }
  const place = join(folder, 'unpacked');
  mkdirSync(place, { recursive: true });
  process.env.TMPDIR = place;
  // Its own configuration looks for the fonts elsewhere; without any font the browser does not start.
  process.env.FONTCONFIG_FILE = join(place, 'fonts.conf');
  writeFileSync(process.env.FONTCONFIG_FILE, `<?xml version="1.0"?><fontconfig><dir>/usr/share/fonts</dir><dir>${place}/fonts</dir><cachedir>${place}/fontcache</cachedir></fontconfig>`);
  // Its name for "bring the libraries too".
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x';
  const { default: bundled } = await import(require.resolve('@sparticuz/chromium'));
  bundled.setGraphicsMode = false;
  // Not its own arguments: they are for one page in one process.
  return { executablePath: await bundled.executablePath(), args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] };
}

// Once, before any check runs: two scripts at a time would find it half unpacked.
if (process.argv[1]?.endsWith('browser.mjs')) {
  await locate();
  process.exit(0);
}

const say = line => process.stdout.write(JSON.stringify(line) + '\n');
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Something done to the table by the test that started this. */
export async function ask(wish) {
  say({ ask: wish });
  return JSON.parse((await lines.next()).value);
}

export async function run(address, checks) {
  const browser = await chromium.launch({ ...(await locate()), headless: true });
  const origin = new URL(address).origin;
  const foreign = [];
  const complaints = [];
  const open = async (options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(15_000);
    context.on('request', request => {
      const url = request.url();
      if (!url.startsWith(origin + '/') && !url.startsWith('data:')) {
        foreign.push(url);
      }
    });
    const page = await context.newPage();
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') {
        complaints.push(message.text());
      }
    });
    page.on('pageerror', error => complaints.push(String(error)));
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', event => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    return page;
  };
  for (const [name, check] of Object.entries(checks)) {
    const began = performance.now();
    try {
      const detail = await check({ open, address, origin, foreign, complaints });
      say({ check: name, ok: true, detail: detail ?? null, ms: Math.round(performance.now() - began) });
    } catch (error) {
      say({ check: name, ok: false, detail: String(error?.stack ?? error).slice(0, 3000), ms: Math.round(performance.now() - began) });
    }
  }
  await browser.close();
  process.exit(0);
}

export function equal(expected, actual, what) {
  if (JSON.stringify(expected) !== JSON.stringify(actual)) {
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, saw ${JSON.stringify(actual)}`);
  }
}

export function holds(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}

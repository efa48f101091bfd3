import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ask, equal, run } from './browser.mjs';

const { folder, behind } = await ask('where');
mkdirSync(folder, { recursive: true });
const rows = '.rows .line a[data-finding]';

const checks = {
  'both sides of the federation are told': async ({ open, address }) => {
    const page = await open();
    await page.goto(address);
    await page.waitForSelector('.sync-chips li');
    equal(['AWS → Azure in sync', `Azure → AWS behind by ${behind}`], await page.locator('.sync-chips li').allInnerTexts(), 'chips');
    await page.context().close();
  },
};
for (const colorScheme of ['light', 'dark']) {
  checks[`pictures, ${colorScheme}`] = async ({ open, address }) => {
    const page = await open({ colorScheme, viewport: { width: 1360, height: 850 } });
    const picture = async name => {
      await page.waitForFunction(() => document.querySelector('.pulse')?.textContent === 'live');
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' });
    };
    await page.goto(address);
    await page.waitForSelector(rows);
    await picture('findings');
    await page.evaluate(() => { location.hash = '#/findings?q=northwind-training'; });
    await page.waitForFunction(() => document.querySelectorAll('.rows .line').length === 1);
    await page.locator(rows).click();
    await page.waitForSelector('.story-body');
    await page.evaluate(() => { location.hash = location.hash.split('?')[0]; });
    await page.waitForFunction(() => document.querySelectorAll('.rows .line').length > 8);
    await picture('story');
    await page.evaluate(() => { location.hash = '#/overview'; });
    await page.waitForSelector('.heat');
    await picture('overview');
    await page.evaluate(() => { location.hash = '#/findings?group=rule'; });
    await page.locator('.group-head').first().click();
    await page.waitForSelector('.group-rows .line');
    await picture('groups');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => { location.hash = '#/findings'; });
    await page.waitForSelector(rows);
    await picture('phone-findings');
    await page.evaluate(() => { location.hash = '#/overview'; });
    await page.waitForSelector('.heat');
    await picture('phone-overview');
    await page.context().close();
  };
}
await run(process.argv[2], checks);

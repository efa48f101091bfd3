import { ask, axeSource, equal, holds, run } from './browser.mjs';

const rows = '.rows .line a[data-finding]';
const ready = page => page.waitForSelector(rows);
const tally = page => page.locator('.tally').innerText();
const settled = (page, text) => page.waitForFunction(expected => document.querySelector('.tally')?.textContent === expected, text);

async function load({ open, address }, options, hash) {
  const page = await open(options);
  await page.goto(address);
  await ready(page);
  if (hash) {
    await page.evaluate(to => { location.hash = to; }, hash);
  }
  return page;
}

const axe = async page => {
  await page.evaluate(await (await import('node:fs/promises')).readFile(axeSource, 'utf8'));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(' | ')}`);
};

await run(process.argv[2], {
  'the page loads and counts': async at => {
    const page = await load(at);
    const { open } = await ask('counts');
    await settled(page, `${open} findings`);
    equal(open, await page.locator('.rows .line').count(), 'rows');
    holds(!page.url().includes('key='), 'the key stays in the address bar');
    await page.locator('.pulse', { hasText: 'live' }).waitFor();
    await page.context().close();
  },
  'without the key there is nothing to see': async ({ open, origin }) => {
    const page = await open();
    await page.goto(origin);
    await page.getByText('This page is locked').waitFor();
    equal(0, await page.locator('.rows .line').count(), 'rows');
    await page.context().close();
  },
  'filters narrow, and the address keeps them': async at => {
    const page = await load(at);
    await page.getByRole('button', { name: /Critical/ }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('.rows .severity')].every(one => one.textContent === 'Critical'));
    holds(page.url().includes('severity=Critical'), page.url());
    await page.getByLabel('Cloud').selectOption('Azure');
    await page.waitForFunction(() => [...document.querySelectorAll('.rows .provider')].every(one => one.textContent === 'Azure'));
    const narrowed = await tally(page);
    await page.reload();
    await ready(page);
    equal(narrowed, await tally(page), 'after a reload');
    await page.goBack();
    await page.waitForFunction(() => [...document.querySelectorAll('.rows .provider')].some(one => one.textContent === 'AWS'));
    await page.getByRole('button', { name: /^Suppressed/ }).click();
    await page.getByRole('button', { name: 'Clear' }).waitFor();
    await page.context().close();
  },
  'search finds by any word': async at => {
    const page = await load(at);
    await page.keyboard.press('/');
    await page.keyboard.type('northwind-training');
    await settled(page, '1 finding');
    equal(['northwind-training-data'], await page.locator('.rows .c-resource span bdi').allInnerTexts(), 'resource');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelectorAll('.rows .line').length > 5);
    await page.context().close();
  },
  'columns sort both ways': async at => {
    const page = await load(at);
    await page.getByRole('button', { name: 'Resource' }).click();
    await page.waitForSelector('[aria-sort=ascending].c-resource');
    await page.waitForFunction(() => {
      const names = [...document.querySelectorAll('.rows .c-resource span bdi')].map(one => one.textContent.toLowerCase());
      return names.length > 5 && names.every((name, i) => i === 0 || names[i - 1] <= name);
    });
    await page.getByRole('button', { name: 'Resource' }).click();
    await page.waitForFunction(() => {
      const names = [...document.querySelectorAll('.rows .c-resource span bdi')].map(one => one.textContent.toLowerCase());
      return names.length > 5 && names.every((name, i) => i === 0 || names[i - 1] >= name);
    });
    await page.context().close();
  },
  'groups open': async at => {
    const page = await load(at);
    await page.getByLabel('Group by').selectOption('rule');
    const head = page.getByRole('button', { name: /SG-STOR-001/ });
    await head.click();
    await page.waitForSelector('.group-rows .line');
    const total = Number(await head.locator('.group-total').innerText());
    equal(total, await page.locator('.group-rows .line').count(), 'rows of the group');
    await page.context().close();
  },
  'the keyboard goes all the way': async at => {
    const page = await load(at);
    const focused = () => page.evaluate(() => document.activeElement?.closest('[data-index]')?.dataset.index);
    await page.keyboard.press('j');
    equal('0', await focused(), 'first j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    equal('1', await focused(), 'j j k');
    const id = await page.evaluate(() => document.activeElement.dataset.finding);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.story-body');
    holds(page.url().includes(id), page.url());
    await page.keyboard.press('Escape');
    await page.waitForSelector('.story', { state: 'detached' });
    await page.waitForFunction(wanted => document.activeElement?.dataset.finding === wanted, id);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('o');
    await page.waitForSelector('.heat');
    await page.keyboard.press('f');
    await ready(page);
    const before = await page.evaluate(() => document.documentElement.dataset.theme);
    await page.keyboard.press('t');
    await page.waitForFunction(was => document.documentElement.dataset.theme !== was, before);
    await page.context().close();
  },
  'a finding tells its whole story': async at => {
    const page = await load(at);
    await page.getByRole('row', { name: /northwind-training-data/ }).getByRole('link').click();
    await page.waitForSelector('.story-body');
    const text = await page.locator('.story-body').innerText();
    for (const part of ['awaiting approval', 'arn:aws:s3:::northwind-training-data', 'Statement[0] (PublicRead)', 'Block public access to the bucket', 's3:PutBucketPublicAccessBlock',
      'arn:aws:iam::111122223333:user/jane', 'delivered', '+1.20 s', 'evaluated', '+40 ms', 'recorded', '+25 ms']) {
      holds(text.includes(part), `the story does not say "${part}": ${text}`);
    }
    equal(2, await page.locator('.diff .added').count(), 'lines that the plan adds');
    equal(2, await page.locator('.diff .removed').count(), 'lines that the plan removes');
    equal(2, await page.locator('.timeline li').count(), 'steps');
    await page.context().close();
  },
  'strangers write text and nothing else': async at => {
    const page = await load(at, {}, '#/findings?q=SG-COMP-004');
    await settled(page, '1 finding');
    const { hostile, longTag } = await ask('hostile');
    equal(hostile, await page.locator('.rows .c-resource span bdi').innerText(), 'the name in the list');
    await page.locator(rows).click();
    await page.waitForSelector('.story-body');
    const values = page.locator('.evidence td');
    await values.first().getByRole('button').click();
    equal(longTag, (await values.first().innerText()).length, 'characters of the long tag');
    equal('gnp.\ufffdexe.invoice', await values.nth(1).innerText(), 'a mark that reverses');
    equal('ServerlessGuard', await page.title(), 'title');
    equal(0, await page.locator('#app img:not([src="icon.svg"]), #app script').count(), 'elements that strangers made');
    const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    equal(wide[1], wide[0], 'the page is as wide as the window');
    await page.context().close();
  },
  'what changes shows without a reload': async at => {
    const page = await load(at);
    const before = await page.locator('.rows .line').count();
    const began = Date.now();
    await ask('open another');
    await page.waitForFunction(count => document.querySelectorAll('.rows .line').length === count + 1, before);
    const shown = Date.now() - began;
    await page.locator('.rows .line', { hasText: 'late-arrival' }).getByRole('link').click();
    await page.waitForSelector('.story .status.open');
    await ask('resolve it');
    await page.waitForSelector('.story .status.resolved');
    await page.waitForFunction(count => document.querySelectorAll('.rows .line').length === count, before);
    await page.context().close();
    return { shownAfterMs: shown };
  },
  'a person approves, and sees it done': async at => {
    const page = await load(at);
    await page.getByRole('row', { name: /northwind-training-data/ }).getByRole('link').click();
    await page.getByRole('button', { name: 'Approve the fix' }).click();
    await page.getByRole('dialog').getByLabel(/Reason/).fill('<b>looked at it</b>');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve the fix' }).click();
    await page.getByText('recorded. AWS carries it out').waitFor();
    const command = await ask('carry out');
    equal(['Approve', 'Done', command.operator, '<b>looked at it</b>'], [command.kind, command.state, command.by, command.reason], 'the command');
    await page.locator('.actions').getByText('Done:').or(page.locator('.timeline b', { hasText: 'approved' })).first().waitFor();
    await page.locator('.timeline b', { hasText: 'approved' }).waitFor();
    await page.context().close();
  },
  'the overview shows every part': async at => {
    const page = await load(at, {}, '#/overview');
    await page.waitForSelector('.heat');
    for (const name of ['Open findings', 'Both clouds', 'Accounts × rules', 'Latency per stage', 'What happened last']) {
      await page.getByRole('heading', { name }).waitFor();
    }
    const delivered = page.locator('.latency tr', { hasText: 'delivered' });
    equal(['1.20 s', '1.20 s'], (await delivered.locator('.number').allInnerTexts()).slice(0, 2), 'p50 and p95 of delivery');
    await page.locator('.heat a.cell').first().click();
    await ready(page);
    holds(page.url().includes('account=') && page.url().includes('rule='), page.url());
    await page.context().close();
  },
  ...Object.fromEntries(['light', 'dark'].map(colorScheme => [`axe finds nothing, ${colorScheme}`, async at => {
    const page = await load(at, { colorScheme });
    const found = [];
    found.push(...await axe(page));
    await page.locator(rows).first().click();
    await page.waitForSelector('.story-body');
    found.push(...await axe(page));
    await page.evaluate(() => { location.hash = '#/overview'; });
    await page.waitForSelector('.heat');
    found.push(...await axe(page));
    await page.evaluate(() => { location.hash = '#/findings?group=rule'; });
    await page.locator('.group-head').first().click();
    await page.waitForSelector('.group-rows .line');
    found.push(...await axe(page));
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => { location.hash = '#/findings'; });
    await ready(page);
    found.push(...await axe(page));
    equal([], found, 'violations');
    await page.context().close();
  }])),
  'a phone is wide enough': async at => {
    const page = await load(at, { viewport: { width: 390, height: 844 }, hasTouch: true });
    for (const hash of ['#/findings', '#/overview']) {
      await page.evaluate(to => { location.hash = to; }, hash);
      await page.waitForSelector(hash === '#/overview' ? '.heat' : rows);
      const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      equal(window, wide, `width of ${hash}`);
    }
    await page.evaluate(() => { location.hash = '#/findings'; });
    await page.locator(rows).first().tap();
    await page.waitForSelector('.story-body');
    await page.getByLabel('Back to the list').tap();
    await ready(page);
    await page.context().close();
  },
  'nothing is violated, nothing leaves': async at => {
    const page = await load(at, {}, '#/overview');
    await page.waitForSelector('.heat');
    equal([], await page.evaluate(() => window.violations), 'violations of the content security policy');
    await page.context().close();
    equal([], at.foreign, 'requests to elsewhere');
    equal([], at.complaints.filter(one => !one.includes('401')), 'complaints of the browser');
  },
});

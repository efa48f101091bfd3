// Renders samples to PNG. A card that the renderer complains about ends the run.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.env.TOOLS, 'package.json'));
const { chromium } = require('playwright-core');
const [samples, images] = process.argv.slice(2);
// The machine may have no emoji: these are drawn, without colour.
const fonts = require.resolve('@fontsource/noto-emoji/400.css');
const emoji = readFileSync(fonts, 'utf8').replace(/src: url\(\.\/(files\/[^)]+woff2)\)[^;]*/g,
  (_, file) => `src: url(data:font/woff2;base64,${readFileSync(join(fonts, '..', file)).toString('base64')})`);
const cards = readFileSync(require.resolve('adaptivecards/dist/adaptivecards.min.js'), 'utf8');

const style = `body{margin:0;padding:16px;background:#fff;color:#1d1c1d;font:15px/1.46 Lato,system-ui,'Noto Emoji',sans-serif;width:640px}
.note{color:#777;font-size:12px;margin:0 0 8px}.header{font-size:18px;font-weight:800;margin:4px 0 8px}.section{margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:4px 16px}.context{color:#616061;font-size:13px;margin:6px 0;display:flex;gap:8px}.context span{white-space:pre-wrap;overflow-wrap:anywhere}
.context b{flex:none}hr{border:0;border-top:1px solid #ddd;margin:12px 0}button{font:700 13px/1 inherit;font-family:inherit;padding:9px 12px;margin:4px 8px 4px 0;border:1px solid #bbb;border-radius:4px;background:#fff}
.primary{background:#007a5a;border-color:#007a5a;color:#fff}.danger{background:#e01e5a;border-color:#e01e5a;color:#fff}`;

function slack(payload) {
  const add = (parent, tag, kind, text) => {
    const element = parent.appendChild(document.createElement(tag));
    element.className = kind ?? '';
    if (text) {
      const plain = text.text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
      element.textContent = text.type === 'mrkdwn' ? plain.slice(1, -1) : plain;
    }
    return element;
  };
  const show = (parent, text) => add(parent, text.type === 'mrkdwn' ? 'b' : 'span', '', text);
  for (const block of payload.blocks) {
    if (block.type === 'divider') {
      add(document.body, 'hr');
    } else if (block.type === 'header') {
      add(document.body, 'div', 'header', block.text);
    } else {
      const box = add(document.body, 'div', block.fields ? 'section fields' : block.type);
      for (const item of block.fields ?? block.elements ?? [block.text]) {
        item.type === 'button' ? add(box, 'button', item.style, item.text) : show(box, item);
      }
    }
  }
}

function teams(card) {
  const shown = new AdaptiveCards.AdaptiveCard();
  const palette = color => ({ default: color, subtle: '#616161' });
  const look = background => ({ backgroundColor: background, foregroundColors: { default: palette('#242424'), attention: palette('#b10e1c') } });
  shown.hostConfig = new AdaptiveCards.HostConfig({
    fontFamily: 'Segoe UI, system-ui, Noto Emoji, sans-serif',
    containerStyles: {
      default: look('#ffffff'), emphasis: look('#f0f0f0'), attention: look('#fbdfe2'), warning: look('#fff0d0'), good: look('#dff2df'), accent: look('#e2e9fb'),
    },
    actions: { actionAlignment: 'left', actionsOrientation: 'horizontal' },
  });
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  shown.parse(card, context);
  document.body.append(shown.render());
  return Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i).message);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
const faults = [];
for (const file of readdirSync(samples).sort()) {
  const [name, kind] = file.split('.');
  const text = readFileSync(join(samples, file), 'utf8');
  const page = await browser.newPage({ viewport: { width: kind === 'html' ? 420 : 672, height: 200 } });
  if (kind === 'html') {
    await page.setContent(text);
  } else {
    const of = name.startsWith('slack') ? 'Slack blocks' : 'Teams card, npm adaptivecards';
    await page.setContent(`<!doctype html><meta charset="utf-8"><style>${emoji}${style}</style><p class="note">preview · ${of}</p>`);
    if (name.startsWith('slack')) {
      await page.evaluate(slack, JSON.parse(text));
    } else {
      await page.addScriptTag({ content: cards });
      faults.push(...(await page.evaluate(teams, JSON.parse(text).attachments[0].content)).map(fault => `${file}: ${fault}`));
    }
  }
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(images, `chat-${name}.png`), fullPage: true });
  await page.close();
}
await browser.close();
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}

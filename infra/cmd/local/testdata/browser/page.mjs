// The page of the local cloud, in a window of the session's browser.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// faults are what axe-core finds in a page as it is.
export async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(v => `${v.id}: ${v.nodes.map(n => n.html)}`);
}

export const wide = page => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

// 1280 px at 200 % zoom have room for 640.
const sizes = { narrow: { width: 320, height: 640 }, zoomed: { width: 640, height: 400 }, desk: { width: 1280, height: 800 } };

// unreached presses Tab from the top and returns what cannot be reached, or shows no focus.
async function unreached(page) {
  const count = await page.evaluate(() => {
    window.left = new Set([...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
      .filter(e => !e.disabled && e.checkVisibility() && e.type !== 'hidden' && (e.type !== 'radio' || e.checked)));
    document.addEventListener('focusin', ({ target }) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(target);
      if (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) window.left.delete(target);
    });
    return window.left.size;
  });
  for (let i = 0; i <= count; i++) await page.keyboard.press('Tab');
  return page.evaluate(() => [...window.left].map(e => 'not by keyboard: ' + e.outerHTML));
}

export function windows(browser, shot) {
  let page;
  return {
    // look follows the page's links to one of each kind of view, and looks at it in light and
    // dark, narrow and zoomed; all takes every pair. It begins at a path.
    look: async ({ at, from, all }) => {
      const look = await (await browser()).newPage();
      const found = [], seen = new Map([[from, at + from]]);
      for (const [kind, url] of seen) {
        await look.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
        await look.setViewportSize(sizes.desk);
        const answer = await look.goto(url);
        if (!answer.ok()) found.push(`${kind}: status ${answer.status()}`);
        for (const link of await look.evaluate(() => [...document.links].map(a => a.href))) {
          const to = new URL(link), [, first, , ...rest] = to.pathname.split('/');
          const kind = (to.pathname.split('/').length < 3 ? to.pathname : ['', first, '*', ...rest].join('/')) + (to.pathname === '/tokens' && to.search ? '?' : '');
          if (to.origin === at && first !== 'api' && !seen.has(kind)) seen.set(kind, to.origin + to.pathname + to.search);
        }
        found.push(...(await unreached(look)).map(fault => `${kind}: ${fault}`));
        for (const [size, scheme] of all === 'yes'
          ? Object.keys(sizes).flatMap(size => [[size, 'light'], [size, 'dark']])
          : [['narrow', 'light'], ['zoomed', 'dark']]) {
          await look.emulateMedia({ colorScheme: scheme });
          await look.setViewportSize(sizes[size]);
          await shot(`page${kind}-${size}-${scheme}`.replaceAll(/[/*?]+/g, '-'), look);
          found.push(...(await faults(look)).map(fault => `${kind}, ${size}, ${scheme}: ${fault}`));
          if (await wide(look)) found.push(`${kind} scrolls sideways, ${size}`);
        }
      }
      await look.close();
      return { faults: found.join('\n'), seen: [...seen.keys()].join(' ') };
    },
    // watch opens the timeline and waits for the stream.
    watch: async ({ at }) => {
      page = await (await browser()).newPage({ viewport: { width: 1000, height: 560 } });
      await page.goto(at + '/timeline');
      await page.getByText('Live', { exact: true }).waitFor();
      await page.evaluate(() => { window.same = 'yes'; });
    },
    // appears waits for a row that has the text, in the page as it was opened.
    appears: async ({ text }) => {
      await page.locator('#entries > li', { hasText: text }).first().waitFor();
      return page.evaluate(() => ({ same: window.same ?? 'no', rows: String(document.querySelectorAll('#entries > li').length) }));
    },
    // picture is what the timeline looks like.
    picture: async ({ file }) => {
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: file });
      await page.close();
    },
    // replay presses the button of an invocation, without JavaScript.
    replay: async ({ at, path }) => {
      const plain = await (await browser()).newContext({ javaScriptEnabled: false });
      const form = await plain.newPage();
      await form.goto(at + path);
      await form.getByRole('button', { name: 'Replay' }).click();
      await form.getByRole('heading', { name: 'Old beside new' }).waitFor();
      const told = { path: new URL(form.url()).pathname };
      await plain.close();
      return told;
    },
  };
}

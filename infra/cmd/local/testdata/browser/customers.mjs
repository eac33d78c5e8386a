// The customers of the shop, each in a browser of its own. A call returns what the page then shows:
// an order, unless it is the sign-in, and why something was refused.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { faults, wide } from './page.mjs';

export function customers(browser, shot) {
  const pages = new Map();
  const shown = async page => {
    await page.locator('main[aria-busy="false"]').waitFor();
    return page.evaluate(() => {
      const at = id => document.getElementById(id), order = at('order').hidden ? [] : ['number', 'item', 'note'];
      return { refused: at('refused').textContent, ...Object.fromEntries(order.map(id => [id, at(id).value])) };
    });
  };
  const fill = async (who, form, given) => {
    const page = pages.get(who);
    for (const [name, value] of Object.entries(given)) await page.locator(`#${form} [name="${name}"]`).fill(value);
    await page.locator(`#${form} button`).first().click();
    return shown(page);
  };
  return {
    // visit loads the page, or loads it again.
    visit: async ({ who, shop }) => {
      if (!pages.has(who)) pages.set(who, await (await (await browser()).newContext()).newPage());
      await pages.get(who).goto(shop);
      return shown(pages.get(who));
    },
    enterShop: ({ who, email, password }) => fill(who, 'sign-in', { email, password }),
    leaveShop: async ({ who }) => {
      await pages.get(who).getByRole('button', { name: 'Sign out' }).click();
      return shown(pages.get(who));
    },
    change: ({ who, note }) => fill(who, 'order', { note }),
    // lure opens another page of this machine, which the browser takes for the same site and which
    // asks the shop for what a session could do.
    lure: async ({ who, shop }) => {
      const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Lure</title>'));
      await once(server.listen(0, 'localhost'), 'listening');
      const lure = await pages.get(who).context().newPage();
      await lure.goto(`http://localhost:${server.address().port}/`);
      await lure.evaluate(url => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }), shop + '/sign-out');
      await lure.close();
      server.close();
    },
    // faulty is what axe-core finds in the page as it is.
    faulty: async ({ who }) => {
      const page = pages.get(who);
      await page.setViewportSize({ width: 320, height: 640 });
      await shot(`shop-${who}`, page);
      return { faults: [...await faults(page), ...(await wide(page) ? ['it scrolls sideways'] : [])].join('\n') };
    },
    closeShop: async () => { for (const page of pages.values()) await page.context().close(); },
  };
}

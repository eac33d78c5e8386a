// The customers of the shop without a browser: they ask what the page would ask.
import { calls } from '../../sample/shop/calls.mjs';

export function programs() {
  const pages = new Map(), cookies = new Map();
  const told = async call => {
    try {
      const order = await call();
      return { refused: '', ...Object.fromEntries(Object.entries(order).map(([name, value]) => [name, String(value)])) };
    } catch (error) {
      return { refused: error.message };
    }
  };
  const as = (who, shop) => async (url, init) => {
    const own = url.startsWith(shop), headers = { ...init.headers, ...(own && cookies.has(who) ? { cookie: cookies.get(who) } : {}) };
    const response = await fetch(url, { ...init, headers });
    for (const cookie of own ? response.headers.getSetCookie() : []) cookies.set(who, cookie.split(';')[0]);
    return response;
  };
  return {
    visit: async ({ who, shop }) => {
      const setup = JSON.parse((await (await fetch(shop + '/setup.mjs')).text()).replace(/^export default |;\s*$/g, ''));
      pages.set(who, calls(setup, shop, as(who, shop)));
      return { ...await told(pages.get(who).order), refused: '' };
    },
    enterShop: async ({ who, ...given }) => told(async () => {
      await pages.get(who).enter(given);
      return pages.get(who).order();
    }),
    leaveShop: ({ who }) => told(() => pages.get(who).leave()),
    change: ({ who, note }) => told(() => pages.get(who).change(note)),
    lure: async ({ who, shop }) => {
      await fetch(shop + '/sign-out', { method: 'POST', headers: { cookie: cookies.get(who), origin: 'http://localhost:9' } });
    },
    closeShop: () => {},
  };
}

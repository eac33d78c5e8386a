// The page of the shop: who is signed in sees an order, and can change its note.
import { calls } from './calls.mjs';
import setup from './setup.mjs';

const shop = calls(setup), page = id => document.getElementById(id);

/** Shows the order, or the sign-in to who is not signed in; elsewhere why something did not work. */
async function show(what) {
  let refused = '', order;
  page('shop').ariaBusy = 'true';
  try {
    order = await what();
  } catch (error) {
    refused = error instanceof TypeError ? `Nothing answers (${error.message}).` : error.message;
    if (error.status === 401) order = null;
  }
  if (order !== undefined) {
    page('sign-in').hidden = order !== null;
    page('order').hidden = order === null;
  }
  for (const [name, value] of Object.entries(order ?? {})) page(name).value = value;
  page('refused').textContent = refused;
  page('shop').ariaBusy = 'false';
}

/** The note that the reader types replaces that of the order; a sign-in shows the order. */
const does = {
  'sign-in': async given => {
    await shop.enter(given);
    return shop.order();
  },
  order: ({ note }) => shop.change(note),
  leave: async () => {
    await shop.leave();
    return null;
  },
};

document.addEventListener('submit', event => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(event.target));
  for (const input of document.querySelectorAll('[type=password]')) input.value = '';
  show(() => does[event.target.id](given));
});
page('leave').addEventListener('click', () => show(does.leave));

show(() => shop.order().catch(() => null)); // nobody has asked for it

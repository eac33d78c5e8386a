// The customers of make demo-move: in Chromium if there is one, and otherwise by HTTP alone.
import { answer } from '../js/serve.mjs';

let version, play;
try {
  const { launch } = await import('./chromium.mjs');
  const browser = await launch();
  const { customers } = await import('./customers.mjs');
  [version, play] = [`Chromium ${browser.version()}`, customers(() => browser, () => {})];
} catch (error) {
  const { programs } = await import('./programs.mjs');
  [version, play] = [`HTTP, as there is no browser (${error.message.split('\n')[0]})`, programs()];
}
await answer(version, play);

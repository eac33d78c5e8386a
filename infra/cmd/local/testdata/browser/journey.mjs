// A user's journey through the sample app, with the page of the local cloud beside it. Two
// windows of the session's browser: app is the sample app, desk is the page.
import { faults, wide } from './page.mjs';

export function journey(browser, shot) {
  let app, desk;
  const form = name => app.locator('#' + name);
  const fill = async (name, given) => {
    for (const [field, value] of Object.entries(given)) await form(name).locator(`[name="${field}"]`).fill(value);
    await form(name).getByRole('button').first().click();
  };
  const refusal = async name => {
    const alert = form(name).getByRole('alert').filter({ hasText: /./ });
    await alert.waitFor();
    const at = form(name).locator('[aria-invalid]');
    return { refused: await alert.innerText(), field: await at.count() ? await at.getAttribute('name') : '', focused: String(await at.evaluateAll(all => all.every(e => e === document.activeElement && e.getAttribute('aria-describedby')))) };
  };
  // looks is what axe-core finds in the sample app as it is, in light and narrow, dark and zoomed.
  const looks = async name => {
    const found = [];
    for (const [colorScheme, width] of [['light', 320], ['dark', 640]]) {
      await app.emulateMedia({ colorScheme });
      await app.setViewportSize({ width, height: 640 });
      await shot(`sample-${name}-${colorScheme}`, app);
      found.push(...await faults(app));
      if (await wide(app)) found.push('it scrolls sideways');
    }
    return found.map(fault => `${name}: ${fault}`).join('\n');
  };
  // claims are those of the ID token, once there is one.
  const claims = async () => {
    await app.getByRole('heading', { name: 'Signed in' }).waitFor();
    return Object.fromEntries(await app.locator('#claims tr').evaluateAll(all => all.map(tr => [tr.cells[0].innerText, tr.cells[1].innerText])));
  };
  return {
    arrive: async ({ app: address, at }) => {
      const context = await (await browser()).newContext();
      [app, desk] = [await context.newPage(), await context.newPage()];
      app.on('pageerror', error => { throw error; });
      await desk.goto(at + '/timeline');
      await app.goto(address);
      await app.getByRole('link', { name: 'Create an account' }).click();
    },
    // register signs up and tells how far it came.
    register: async ({ email, name, password }) => {
      await app.getByRole('heading', { name: 'Create an account' }).waitFor();
      await fill('sign-up', { email, name, password });
      await form('confirm').or(form('sign-up').getByRole('alert').filter({ hasText: /./ })).first().waitFor();
      if (!await form('sign-up').isVisible()) return { looks: await looks('confirm') };
      return { ...await refusal('sign-up'), looks: await looks('sign-up') };
    },
    // inbox reads the code that was mailed, where a developer reads it.
    inbox: async ({ at, email }) => {
      await desk.goto(`${at}/messages?to=${encodeURIComponent(email)}`);
      return { code: await desk.locator('#inbox .code').first().innerText() };
    },
    confirmed: async ({ code }) => {
      await fill('confirm', { code });
      await app.getByRole('heading', { name: 'Sign in' }).waitFor();
    },
    // enter signs in; the address stands there already.
    enter: async ({ password }) => {
      await fill('sign-in', { password });
      return { ...await claims(), looks: await looks('signed-in') };
    },
    // enterHosted signs out, and in again on Cognito's page.
    enterHosted: async ({ email, password }) => {
      await app.getByRole('button', { name: 'Sign out' }).click();
      await app.getByRole('button', { name: 'Sign in on Cognito’s page' }).click();
      await app.locator('input[name="username"]').first().fill(email);
      await app.locator('input[name="password"]').first().fill(password);
      await app.locator('button[type="submit"]').first().click();
      return claims();
    },
    // again asks for new tokens.
    again: async () => {
      await app.goto(app.url().replace(/#.*/, '#signed-in'));
      await app.getByRole('button', { name: 'Refresh the tokens' }).click();
      return refusal('signed-in');
    },
    // lured follows somebody's link to the sample app, which looks like an answer to a sign-in.
    lured: async ({ app: address }) => {
      await app.goto(`${address}/?error=invalid_request&error_description=PreSignUp+failed+with+error+Call+0900.+&state=x`);
      return refusal('sign-in');
    },
    another: async () => { await app.goto(app.url().replace(/#.*/, '#sign-up')); },
    // edited waits until the page says that an edit acts.
    edited: async ({ at }) => {
      await desk.goto(at + '/timeline');
      await desk.locator('#entries > li', { hasText: 'edit of' }).filter({ hasText: 'acts' }).first().waitFor();
    },
    // beside replays an invocation, and reads old beside new.
    beside: async ({ at, id }) => {
      await desk.goto(`${at}/invocations/${id}`);
      await desk.getByRole('button', { name: 'Replay' }).click();
      await desk.getByRole('heading', { name: 'Old beside new' }).waitFor();
      const rows = await desk.locator('h2:has-text("Old beside new") + table tbody tr').evaluateAll(all => all.map(tr => [tr.cells[0].innerText, `${tr.cells[1].innerText} | ${tr.cells[2].innerText}`]));
      return Object.fromEntries(rows);
    },
    suspendHere: async ({ at, email }) => {
      await desk.goto(at + '/users');
      await desk.getByRole('link', { name: email }).click();
      await desk.getByRole('link', { name: 'Suspend …' }).click();
      await desk.getByRole('button', { name: 'Suspend the user' }).click();
      await desk.getByText('disabled').first().waitFor();
    },
    leave: async () => app.context().close(),
  };
}

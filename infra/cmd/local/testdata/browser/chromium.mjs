// The browser of the tests and of make demo-move. CHROMIUM=FILE names another one.
import chromium from '@sparticuz/chromium';
import { chromium as driver } from 'playwright-core';

export const launch = async (...args) => driver.launch({
  executablePath: process.env.CHROMIUM || await chromium.executablePath(), headless: true,
  args: ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-gpu', '--no-proxy-server',
    ...args, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});

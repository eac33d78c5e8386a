// What every program here is: a client that others wrote, with its calls by name. A line of
// standard input is a call, {"do": name, ...}; a line of standard output is its answer,
// {"told": {...}} or {"refused": {name, message, stack}}. The first line is the client's version
// and the names of its calls.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const to = JSON.parse(process.argv[2] ?? '{}');

// serve answers until standard input ends. near is a URL in the folder of the package.
export async function serve(name, near, calls) {
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, near)));
  await answer(version, calls);
}

// answer is serve for a client of this version.
export async function answer(version, calls) {
  const say = line => process.stdout.write(JSON.stringify(line) + '\n');
  say({ told: { version, calls: Object.keys(calls).join(' ') } });
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: name, ...given } = JSON.parse(line);
    try {
      say({ told: await calls[name](given) ?? {} });
    } catch (err) {
      say({ refused: { name: err.name, message: err.message, stack: `${err.stack} ${err.cause ?? ''}` } });
    }
  }
  process.exit(0);
}

// refusal is an error that a client returns otherwise than by throwing it.
export const refusal = (name, message) => Object.assign(new Error(message), { name });

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EndingTransport } from './support/ending-transport.ts';
import { accountOf, eventually, password, reads, say, World } from './support/world.ts';

const bin = fileURLToPath(new URL('../bin/sealpost.js', import.meta.url));

/** One terminal with `sealpost chat` in it. */
class Terminal {
  output = '';
  readonly #process: ChildProcess;

  constructor(server: string, handle: string, folder: string) {
    const env = { ...process.env, SEALPOST_CHAT_PASSWORD: password };
    this.#process = spawn(
      process.execPath,
      [bin, 'chat', '--server', server, '--as', handle, '--folder', folder],
      { env, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  type(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  shows(text: string): Promise<void> {
    return eventually(
      async () => this.output.includes(text),
      () => `"${text}" on the screen, which showed:\n${this.output}\n—`,
      30_000,
    );
  }

  async quit(): Promise<number | null> {
    if (this.#process.exitCode === null) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve));
      this.type('/quit');
      await gone;
    }
    return this.#process.exitCode;
  }
}

let world: World;
let folder: string;
beforeEach(async () => {
  world = await World.open('mls');
  folder = mkdtempSync(join(tmpdir(), 'sealpost-chat-'));
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

it(
  'lets two terminals talk, and shows progress while one catches up',
  { timeout: 120_000 },
  async () => {
    const alice = new Terminal(world.url, 'alice', join(folder, 'alice'));
    const bob = new Terminal(world.url, 'bob', join(folder, 'bob'));
    await Promise.all([alice.shows('type /help'), bob.shows('type /help')]);
    alice.type('/to bob');
    await alice.shows('— bob —');
    alice.type('can you read me?');
    await alice.shows('alice: can you read me?');
    bob.type('/to alice');
    await bob.shows('alice: can you read me?');
    bob.type('loud and clear');
    await alice.shows('bob: loud and clear');
    expect(await bob.quit()).toBe(0);

    for (const line of ['one', 'two', 'three']) alice.type(line);
    await alice.shows('alice: three');
    const again = new Terminal(world.url, 'bob', join(folder, 'bob'));
    await again.shows('catching up: 3 of 3');
    again.type('/to alice');
    await again.shows('alice: three');
    again.type('/nonsense');
    await again.shows('there is no /nonsense');
    expect(await again.quit()).toBe(0);
    expect(await alice.quit()).toBe(0);
  },
);

it('links a second terminal by six digits', { timeout: 120_000 }, async () => {
  const old = new Terminal(world.url, 'alice', join(folder, 'old'));
  await old.shows('type /help');
  const fresh = new Terminal(world.url, 'alice', join(folder, 'fresh'));
  await fresh.shows('waits to be linked');
  old.type('/link');
  await Promise.all([
    old.shows('Does the other device show'),
    fresh.shows('Does the other device show'),
  ]);
  const digits = (terminal: Terminal): string | undefined =>
    /show (\d{3} \d{3})/.exec(terminal.output)?.[1];
  expect(digits(old)).toBe(digits(fresh));
  old.type('yes');
  fresh.type('yes');
  await Promise.all([old.shows('linked'), fresh.shows('type /help')]);
  expect(await old.quit()).toBe(0);
  expect(await fresh.quit()).toBe(0);
});

it(
  'logs a terminal back in by itself when it starts, and on demand while it runs',
  { timeout: 120_000 },
  async () => {
    const start = (): Terminal => new Terminal(world.url, 'alice', join(folder, 'alice'));
    const first = start();
    await first.shows('type /help');
    const transport = new EndingTransport(world.url);
    const laptop = await world.device({ transport });
    await laptop.logIn({ handle: 'alice', password, deviceName: 'laptop' });
    const linked = laptop.link(async () => true);
    first.type('/link');
    await first.shows('Does the other device show');
    first.type('yes');
    await linked;
    const bob = await world.registered('bob');
    const { id } = await bob.direct(await accountOf(bob, 'alice'));

    await transport.endOthers(laptop);
    await first.shows('logged out: /login goes on');
    first.type('/login');
    first.type(password);
    await say(bob.conversation(id), 'one');
    first.type('/to bob');
    await first.shows('bob: one');
    expect(await first.quit()).toBe(0);

    await transport.endOthers(laptop);
    const again = start();
    await again.shows('the session was over: logging back in');
    await say(bob.conversation(id), 'two');
    again.type('/to bob');
    await again.shows('bob: two');
    again.type('three');
    await reads(bob, id, ['one', 'two', 'three']);
    expect(await again.quit()).toBe(0);
  },
);

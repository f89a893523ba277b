import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { aConversationId, aFoundingAppend, many } from '@sealpost/testing';
import { needs, ownMongodbPart, type OwnMongodbPart } from '@sealpost/testing/parts';
import { describe, expect, it, vi } from 'vitest';
import { TestServer } from './support/test-server.ts';

const program = fileURLToPath(new URL('./support/writer.ts', import.meta.url));
const wide = { entries: 10_000, bytes: 1 << 26 };

/** A real process, and the lines that it has printed. */
class Writer {
  readonly #child: ChildProcess;
  #said = '';

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, [program, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
  }

  get acknowledged(): readonly (readonly string[])[] {
    return this.#said
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' '));
  }

  /** Settles when it has told that many more. */
  async more(count: number): Promise<void> {
    const due = this.acknowledged.length + count;
    await vi.waitFor(() => expect(this.acknowledged.length).toBeGreaterThanOrEqual(due), 50_000);
  }

  async end(how: 'kill' | 'finish'): Promise<void> {
    const closed = once(this.#child, 'close');
    if (how === 'kill') this.#child.kill('SIGKILL');
    else this.#child.stdin?.end('over\n');
    await closed;
  }
}

describe('processes and a server that are killed while they append', needs('ownMongodb'), () => {
  let part: OwnMongodbPart | undefined;
  const server = TestServer.forTheseTests(async () => (part = await ownMongodbPart()));

  it('lose nothing that was acknowledged, leave no hole and double nothing (G1, G2, G4)', async () => {
    const { url, database, history, dispose } = await server.fresh();
    const conversations = many(2, aConversationId);
    await history.log.append(
      conversations.map((conversation) => aFoundingAppend({ conversation })),
    );
    const begin = (): Writer => new Writer(url, database, ...conversations);
    const writers = [begin(), begin()];
    await Promise.all(writers.map((writer) => writer.more(10)));
    await writers[0]?.end('kill');
    writers.push(begin());
    for (let round = 0; round < 2; round++) {
      await part?.restart();
      await Promise.all(writers.slice(1).map((writer) => writer.more(5)));
    }
    await Promise.all(writers.slice(1).map((writer) => writer.end('finish')));

    const stored = new Map<string, number>();
    for (const conversation of conversations) {
      const page = await history.log.page(conversation, 0, wide);
      const entries = page?.entries ?? [];
      expect(entries.map(({ seq }) => seq)).toEqual(many(entries.length, (index) => index + 1));
      expect(page?.head.seq).toBe(entries.length);
      for (const { clientId, seq } of entries) {
        expect(stored.has(`${conversation} ${clientId}`)).toBe(false);
        stored.set(`${conversation} ${clientId}`, seq);
      }
    }
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    expect(acknowledged.length).toBeGreaterThanOrEqual(30);
    for (const [conversation, clientId, seq] of acknowledged)
      expect(stored.get(`${conversation} ${clientId}`)).toBe(Number(seq));
    await dispose();
  }, 120_000);
});

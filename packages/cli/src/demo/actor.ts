import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Conversation, type Entry, type Sealpost, SealpostError } from '@sealpost/client';
import { openSealpost } from '@sealpost/client/node';
import { createHash } from 'node:crypto';
import { markOf } from '../harness/marks.ts';
import { Reader } from '../harness/reader.ts';
import { LineFile, readLines } from '../harness/records.ts';
import type { ReceivedLine, SentLine } from './lines.ts';
import type { Order, Report } from './orders.ts';

const password = 'correct horse battery staple';
const pollMs = 50;

const report = (line: Report): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One device as a person would use it: it has the server's URL and its own folder, nothing else. */
class Actor {
  readonly #sealpost: Sealpost;
  readonly #folder: string;
  readonly #sent: LineFile<SentLine>;
  readonly #received: LineFile<ReceivedLine>;
  readonly #reader: Reader;
  #answer: (same: boolean) => void = () => undefined;

  constructor(sealpost: Sealpost, folder: string) {
    this.#sealpost = sealpost;
    this.#folder = folder;
    const received = join(folder, 'received.jsonl');
    const positions = new Map(
      readLines<ReceivedLine>(received).map(({ conversation, seq }) => [conversation, seq]),
    );
    this.#received = new LineFile(received);
    this.#sent = new LineFile(join(folder, 'sent.jsonl'));
    this.#reader = new Reader(sealpost, positions, (conversation, entry) =>
      this.#note(conversation, entry),
    );
    sealpost.on('trouble', ({ error }) =>
      process.stderr.write(
        `${error instanceof Error ? (error.stack ?? error.message) : 'trouble'}\n`,
      ),
    );
  }

  /** Notes which device this is, for whoever holds the files against the log. */
  async introduce(): Promise<void> {
    const me = await this.#sealpost.me();
    const known = readLines(join(this.#folder, 'device.jsonl')).length > 0;
    if (!me || known) return;
    const file = new LineFile<{ device: string }>(join(this.#folder, 'device.jsonl'));
    file.add({ device: me.device });
    file.close();
  }

  async perform(order: Order): Promise<string | null> {
    switch (order.do) {
      case 'register':
        return (await this.#sealpost.register({ ...who(order), password })).account;
      case 'log_in':
        await this.#sealpost.logIn({ ...who(order), password });
        return null;
      case 'resume':
        await this.#sealpost.resume();
        await this.#reader.all();
        return null;
      case 'link':
        await this.#sealpost.link((digits) => this.#compare(digits));
        return null;
      case 'approve_waiting':
        return this.#approveWaiting();
      case 'digits_match':
        this.#answer(order.same);
        return null;
      case 'direct':
        return (await this.#sealpost.direct(await this.#account(order.handle))).id;
      case 'group':
        return (
          await this.#sealpost.createGroup(
            order.title,
            await Promise.all(order.handles.map((handle) => this.#account(handle))),
          )
        ).id;
      case 'say':
        return this.#say(this.#sealpost.conversation(order.conversation), order.texts);
      case 'remove':
        await this.#sealpost
          .conversation(order.conversation)
          .remove(await this.#account(order.handle));
        return null;
      case 'joined':
        return this.#until(
          order.conversation,
          async (conversation) => (await conversation.info())?.keyed === true,
        );
      case 'settled':
        return this.#until(order.conversation, async (conversation) =>
          (await conversation.outgoing()).every(({ state }) => state !== 'waiting'),
        );
      case 'quit':
        await this.#reader.all();
        await this.#sealpost.close();
        return null;
    }
  }

  async #account(handle: string): Promise<string> {
    const found = await this.#sealpost.find(handle);
    if (!found) throw new Error(`there is no ${handle}`);
    return found.account;
  }

  #compare(digits: string): Promise<boolean> {
    report({ is: 'digits', digits });
    return new Promise((resolve) => (this.#answer = resolve));
  }

  async #approveWaiting(): Promise<string> {
    for (;;) {
      const waiting = (await this.#sealpost.devices()).find(
        ({ status, signatureKey }) => status === 'pending' && signatureKey,
      );
      if (!waiting) await wait(pollMs);
      else {
        await this.#sealpost.approveDevice(waiting.device, (digits) => this.#compare(digits));
        return waiting.device;
      }
    }
  }

  async #say(conversation: Conversation, texts: readonly string[]): Promise<null> {
    for (const text of texts) {
      const clientId = await conversation.send({ kind: 'text', text });
      this.#sent.add({ conversation: conversation.id, clientId, mark: markOf(text) ?? '' });
    }
    return null;
  }

  async #until(id: string, holds: (conversation: Conversation) => Promise<boolean>): Promise<null> {
    const conversation = this.#sealpost.conversation(id);
    while (!(await holds(conversation))) await wait(pollMs);
    return null;
  }

  #note(conversation: string, entry: Entry): void {
    if (entry.kind === 'gap') return;
    const text = entry.kind === 'message' && entry.said.kind === 'text' ? entry.said.text : null;
    const { seq, sender, clientId, kind } = entry;
    this.#received.add({
      conversation,
      seq,
      sender: sender.device,
      clientId,
      mark: text && markOf(text),
      kind,
    });
    if (text !== null) report({ is: 'heard', conversation, seq, sender: sender.account, text });
  }
}

const who = ({ handle, deviceName }: { readonly handle: string; readonly deviceName: string }) => ({
  handle,
  deviceName,
});

function explain(error: unknown): string {
  if (error instanceof SealpostError) return `${error.message} ${JSON.stringify(error.refusal)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function carryOut(actor: Actor, order: Order): Promise<void> {
  try {
    const value = await actor.perform(order);
    if (order.do === 'digits_match') return;
    if (order.do !== 'quit') await actor.introduce();
    report({ is: 'done', value });
  } catch (error) {
    report({ is: 'failed', why: explain(error) });
  }
}

async function main([serverUrl = '', folder = '']: string[]): Promise<void> {
  const key = createHash('sha256').update(`demo store ${folder}`).digest();
  const sealpost = await openSealpost({
    serverUrl,
    path: join(folder, 'device.db'),
    key: new Uint8Array(key),
  });
  const actor = new Actor(sealpost, folder);
  report({ is: 'ready' });
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as Order;
    const performed = carryOut(actor, order);
    if (order.do === 'quit') {
      await performed;
      return;
    }
  }
}

await main(process.argv.slice(2));
process.exit(0);

import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Conversation,
  type Entry,
  mlsEngine,
  Sealpost,
  SealpostError,
  WebTransport,
  webSystem,
} from '@sealpost/client';
import { openSqliteStore } from '@sealpost/client/sqlite';
import { markOf, newMark } from '../harness/marks.ts';
import { Reader } from '../harness/reader.ts';
import { LineFile, readLines } from '../harness/records.ts';
import type { JournalLine, ReadLine } from './journal.ts';
import type { DeviceState, Plan } from './orders.ts';
import { recordingTransport } from './recording-transport.ts';

const password = 'correct horse battery staple';
const digestOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** One device with its store and its journal: everything that its application did and was shown is written down. */
export class ChaosDevice {
  readonly plan: Plan;
  readonly sealpost: Sealpost;
  readonly #journal: LineFile<JournalLine>;
  readonly #reader: Reader;
  /** Who wants to know when a message is accepted. */
  readonly #wanted = new Map<string, (at: number) => void>();

  private constructor(
    plan: Plan,
    parts: {
      readonly sealpost: Sealpost;
      readonly journal: LineFile<JournalLine>;
      readonly positions: Map<string, number>;
      readonly trouble: (what: string) => void;
    },
  ) {
    this.plan = plan;
    this.sealpost = parts.sealpost;
    this.#journal = parts.journal;
    this.#reader = new Reader(parts.sealpost, parts.positions, (conversation, entry) =>
      this.#note(conversation, entry),
    );
    this.sealpost.on('outbox', ({ conversation, clientId, state }) => {
      if (state === 'accepted') this.#accepted(conversation, clientId);
      else void this.#failed(conversation, clientId);
    });
    this.sealpost.on('connection', (change) =>
      this.#journal.add({ is: 'connection', ...change, at: Date.now() }),
    );
    this.sealpost.on('trouble', ({ error }) => parts.trouble(`background ${codeOf(error)}`));
  }

  static async open(
    serverUrl: string,
    folder: string,
    plan: Plan,
    trouble: (what: string) => void,
  ): Promise<ChaosDevice> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'journal.jsonl');
    const positions = new Map<string, number>();
    for (const line of readLines<JournalLine>(file))
      if (line.is === 'read' || line.is === 'gap') positions.set(line.conversation, line.seq);
    const journal = new LineFile<JournalLine>(file);
    const key = createHash('sha256').update(`chaos store ${plan.name}`).digest();
    const sealpost = new Sealpost({
      ...webSystem,
      store: await openSqliteStore({ path: join(folder, 'device.db'), key: new Uint8Array(key) }),
      transport: recordingTransport(new WebTransport(serverUrl), (bundles) =>
        journal.add({ is: 'claimed', bundles }),
      ),
      engine: mlsEngine(),
    });
    return new ChaosDevice(plan, { sealpost, journal, positions, trouble });
  }

  /** Logs in if that has not happened yet. Answers who this is. */
  async identify(): Promise<{ readonly account: string; readonly device: string }> {
    const { handle, name, further } = this.plan;
    let me = await this.sealpost.me();
    if (!me) {
      const who = { handle, password, deviceName: name };
      if (further) await this.sealpost.logIn(who);
      else await this.sealpost.register(who);
      me = await this.sealpost.me();
    }
    if (!me) throw new Error('a device that logged in knows who it is');
    const { account, device } = me;
    this.#journal.add({ is: 'me', account, device });
    return { account, device };
  }

  /** Becomes a certified device, and connects. */
  async arrive(): Promise<void> {
    const me = await this.sealpost.me();
    if (this.plan.further && !me?.certified) await this.sealpost.link(async () => true);
    else await this.sealpost.resume();
    await this.#reader.all();
  }

  /** Sends one message. `accepted` is told when the log has it, unless the process ends before. */
  async say(
    conversation: Conversation,
    text: string,
    accepted?: (at: number) => void,
  ): Promise<void> {
    const mark = newMark();
    this.#journal.add({ is: 'saying', conversation: conversation.id, mark });
    const saidAt = Date.now();
    const clientId = await conversation.send({ kind: 'text', text: `${text} #${mark}` });
    this.#journal.add({ is: 'said', conversation: conversation.id, mark, clientId, at: saidAt });
    if (accepted) this.#wanted.set(clientId, accepted);
  }

  async revoke(device: string): Promise<void> {
    await this.sealpost.revokeDevice(device);
    this.#journal.add({ is: 'revoked', device, at: Date.now() });
  }

  async state(): Promise<DeviceState> {
    const conversations: DeviceState['conversations'][number][] = [];
    let waiting = 0;
    for (const conversation of await this.sealpost.conversations()) {
      const info = await conversation.info();
      const outgoing = await conversation.outgoing();
      waiting += outgoing.filter((message) => message.state === 'waiting').length;
      if (!info) continue;
      const { cursor, status, keyed, broken, unjudged } = info;
      const settled = status === 'left' || (keyed && !broken && !unjudged);
      conversations.push({ id: conversation.id, cursor, settled });
    }
    return { name: this.plan.name, waiting, conversations };
  }

  async close(): Promise<void> {
    await this.#reader.all();
    await this.sealpost.close();
  }

  #accepted(conversation: string, clientId: string): void {
    const at = Date.now();
    this.#journal.add({ is: 'accepted', conversation, clientId, at });
    this.#settled(clientId, at);
  }

  #settled(clientId: string, at: number): void {
    this.#wanted.get(clientId)?.(at);
    this.#wanted.delete(clientId);
  }

  async #failed(conversation: string, clientId: string): Promise<void> {
    const outgoing = await this.sealpost.conversation(conversation).outgoing();
    const error = outgoing.find((message) => message.clientId === clientId)?.error ?? null;
    this.#journal.add({ is: 'failed', conversation, clientId, error });
    this.#wanted.delete(clientId);
  }

  #note(conversation: string, entry: Entry): void {
    if (entry.kind === 'gap') {
      const { seq, to, reason } = entry;
      return this.#journal.add({ is: 'gap', conversation, seq, to, reason });
    }
    const text = entry.kind === 'message' && entry.said.kind === 'text' ? entry.said.text : null;
    const { seq, sender, clientId, digest, kind } = entry;
    const line: ReadLine = {
      is: 'read',
      conversation,
      seq,
      sender: sender.device,
      clientId,
      digest: digestOf(digest),
      kind,
      mark: text && markOf(text),
      at: Date.now(),
    };
    this.#journal.add(line);
    // The answer to a send may be lost, and the entry itself tells then.
    this.#settled(clientId, line.at);
  }
}

/** What a person would be told, without anything of what was said. */
export function codeOf(error: unknown): string {
  if (error instanceof SealpostError) return `${error.kind}: ${error.code}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}

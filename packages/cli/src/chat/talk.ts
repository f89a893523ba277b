import { type Conversation, type Entry, type Sealpost, SealpostError } from '@sealpost/client';
import type { Commands } from './command.ts';
import type { Screen } from './screen.ts';

const pageEntries = 100;
/** Of what was there before, so much is shown of the conversation that one opens. */
const backlog = 20;

/** What is on the screen: one open conversation, others' news in short. */
export class Talk {
  readonly sealpost: Sealpost;
  readonly screen: Screen;
  readonly #commands: Commands<Talk>;
  #open: Conversation | null = null;
  readonly #shown = new Map<string, number>();
  readonly #names = new Map<string, string>();
  #showing: Promise<void> = Promise.resolve();

  constructor(sealpost: Sealpost, screen: Screen, commands: Commands<Talk>) {
    this.sealpost = sealpost;
    this.screen = screen;
    this.#commands = commands;
  }

  async begin(): Promise<void> {
    for (const conversation of await this.sealpost.conversations()) {
      this.#shown.set(conversation.id, (await conversation.info())?.cursor ?? 0);
    }
    this.sealpost.on('entries', ({ conversation }) => this.#showSoon(conversation));
    this.sealpost.on(
      'outbox',
      ({ state }) =>
        state === 'failed' && this.screen.print('a message was not taken: /failed shows it'),
    );
    this.sealpost.on('quarantine', () =>
      this.screen.print(
        'a device here does not verify: nothing is sent until /accept HANDLE, or its removal',
      ),
    );
    this.screen.print('type /help for what there is');
  }

  /** Takes lines until /quit or the end of the input. */
  async untilQuit(): Promise<void> {
    for (;;) {
      const line = await this.screen.line();
      if (line === null || line.trim() === '/quit') return;
      try {
        await this.#take(line.trim());
      } catch (error) {
        this.screen.print(
          error instanceof SealpostError
            ? `that did not work (${error.code})`
            : `that did not work: ${error instanceof Error ? error.message : 'unknown'}`,
        );
      }
    }
  }

  /** Rejects when no conversation is open. */
  current(): Conversation {
    if (this.#open) return this.#open;
    throw new Error('open a conversation first: /to NAME or /list');
  }

  async open(conversation: Conversation): Promise<void> {
    this.#open = conversation;
    const cursor = (await conversation.info())?.cursor ?? 0;
    this.screen.print(`— ${await this.titleOf(conversation)} —`);
    this.#shown.set(conversation.id, Math.max(0, cursor - backlog));
    await this.#show(conversation.id);
  }

  async titleOf(conversation: Conversation): Promise<string> {
    const info = await conversation.info();
    if (info?.kind === 'self') return 'notes to yourself';
    if (info?.title) return info.title;
    const me = await this.sealpost.me();
    const others = (info?.members ?? []).filter(({ account }) => account !== me?.account);
    return (
      (await Promise.all(others.map(({ account }) => this.nameOf(account)))).join(', ') ||
      conversation.id
    );
  }

  async nameOf(account: string): Promise<string> {
    const known = this.#names.get(account);
    if (known) return known;
    const name = (await this.sealpost.account(account))?.handle ?? 'somebody';
    this.#names.set(account, name);
    return name;
  }

  /** The account of a handle; rejects when there is none. */
  async accountOf(handle: string): Promise<string> {
    const found = await this.sealpost.find(handle);
    if (!found) throw new Error(`there is no ${handle}`);
    return found.account;
  }

  async #take(line: string): Promise<void> {
    if (line === '') return;
    if (!line.startsWith('/')) {
      await this.current().send({ kind: 'text', text: line });
      return;
    }
    const [name = '', ...words] = line.slice(1).split(/\s+/);
    const command = this.#commands[name];
    if (!command) throw new Error(`there is no /${name}; /help lists what there is`);
    await command.run(this, words);
  }

  #showSoon(id: string): void {
    this.#showing = this.#showing
      .then(() => this.#show(id))
      .catch((error: unknown) => {
        this.screen.print(
          `something could not be shown: ${error instanceof Error ? error.name : 'unknown'}`,
        );
      });
  }

  async #show(id: string): Promise<void> {
    const conversation = this.sealpost.conversation(id);
    if (id !== this.#open?.id) return;
    for (;;) {
      const entries = await conversation.entries({
        after: this.#shown.get(id) ?? 0,
        limit: pageEntries,
      });
      for (const entry of entries) {
        this.screen.print(await this.#lineOf(entry));
        this.#shown.set(id, entry.seq);
      }
      if (entries.length < pageEntries) break;
    }
    await conversation.markRead(this.#shown.get(id) ?? 0);
  }

  async #lineOf(entry: Entry): Promise<string> {
    if (entry.kind === 'gap')
      return `· ${entry.to - entry.seq + 1} entries that are not for this device (${entry.reason})`;
    const time = new Date(entry.acceptedAt).toTimeString().slice(0, 5);
    const name = await this.nameOf(entry.sender.account);
    if (entry.kind === 'change') return `${time} · ${name} changed who is here or the keys`;
    if (entry.kind === 'undecryptable') return `${time} ${name}: (cannot be read: ${entry.reason})`;
    const { said } = entry;
    if (said.kind === 'text' || said.kind === 'reply' || said.kind === 'edit')
      return `${time} ${name}: ${said.text}${said.kind === 'edit' ? ' (edited)' : ''}`;
    if (said.kind === 'reaction')
      return `${time} · ${name} ${said.on ? 'reacts' : 'no longer reacts'} ${said.emoji}`;
    return `${time} · ${name}: ${said.kind}`;
  }
}

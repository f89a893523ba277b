import { join } from 'node:path';
import { type Conversation, mlsEngine } from '@sealpost/client';
import { AuditError } from '../audit-error.ts';
import type { Canaries } from '../canaries.ts';
import { useChat } from './chat.ts';
import { type Company, type Guest, joined, reads, until } from './company.ts';
import { everyContent, unused } from './features.ts';

/** Names the canary that a deliberate leak leaks. */
export const firstText = 'text of the first message';

/** Sends canaries through everything that clients can do. Rejects when something is left out, or does not work. */
export class Tour {
  readonly #company: Company;
  readonly #canaries: Canaries;
  readonly #folder: string;

  /** `folder`: for what devices keep on disk. */
  constructor(company: Company, canaries: Canaries, folder: string) {
    this.#company = company;
    this.#folder = folder;
    this.#canaries = canaries;
  }

  /** `leak`: the text of a message is a device's name too, which the server keeps in clear. Answers who is still there. */
  async take(leak: boolean): Promise<Guest> {
    const secret = this.#canaries.word(firstText);
    const alice = await this.#company.register(leak ? secret : undefined);
    const [bob, carol] = [await this.#company.register(), await this.#company.register()];
    const tablet = await this.#company.link(alice);
    const direct = await this.#talk(alice, bob, tablet, secret);
    const group = await this.#gather(alice, bob, carol, tablet);
    await this.#lookAround(alice, bob, carol, [direct, group]);
    await useChat(this.#company, this.#canaries, bob, join(this.#folder, 'chat'));
    await this.#part(alice, tablet, carol);
    const left = unused(this.#company.used);
    if (left.length > 0)
      throw new AuditError(`the audit does not use ${left.join(', ')}: add it to its tour`);
    return alice;
  }

  /** Every kind of content, both ways. */
  async #talk(alice: Guest, bob: Guest, tablet: Guest, secret: string): Promise<Conversation> {
    const found = await alice.sealpost.find(bob.handle);
    const direct = await alice.sealpost.direct(found?.account ?? '');
    this.#canaries.id('id of a conversation', direct.id);
    const first = await direct.send({ kind: 'text', text: secret });
    await Promise.all([reads(bob, direct, first), reads(tablet, direct, first)]);
    const { account, device } = alice;
    const about = { sender: { account, device }, clientId: first };
    let last = first;
    for (const content of everyContent(this.#canaries, about)) last = await direct.send(content);
    await Promise.all([reads(bob, direct, last), reads(tablet, direct, last)]);
    await this.#say(bob, direct, [alice, tablet]);
    return direct;
  }

  /** Members come, change and go; the keys change with them. */
  async #gather(alice: Guest, bob: Guest, carol: Guest, tablet: Guest): Promise<Conversation> {
    const title = this.#canaries.text('title of a group');
    const group = await alice.sealpost.createGroup(title, [bob.account]);
    this.#canaries.id('id of a conversation', group.id);
    await Promise.all([joined(bob, group), joined(tablet, group)]);
    await this.#say(alice, group, [bob, tablet]);
    await group.add([carol.account]);
    await joined(carol, group);
    await this.#say(carol, group, [alice, bob]);
    await group.setRole(bob.account, 'admin');
    await group.remove(carol.account);
    await group.refreshKeys();
    await this.#say(bob, group, [alice, tablet]);
    await group.reset();
    await this.#say(alice, group, [bob, tablet]);
    await bob.sealpost.conversation(group.id).leave();
    await this.#say(alice, group, [tablet]);
    return group;
  }

  /** What clients ask and tell beside messages. */
  async #lookAround(
    alice: Guest,
    bob: Guest,
    carol: Guest,
    conversations: readonly Conversation[],
  ): Promise<void> {
    const { sealpost, transport } = bob;
    for (const { id } of conversations) {
      const { head = 0 } = (await sealpost.conversation(id).info()) ?? {};
      await sealpost.conversation(id).markRead(head);
    }
    const [direct] = conversations;
    const params = { conversation: direct?.id ?? '' };
    await sealpost.typing(params.conversation);
    await sealpost.safetyNumber(alice.account);
    await sealpost.block(alice.account);
    const token = transport.accessToken;
    await transport.call('blocks', {}, token);
    await sealpost.unblock(alice.account);
    await sealpost.block(carol.account);
    await transport.call('sessions', {}, token);
    await transport.call('conversations', {}, token);
    const suite = mlsEngine().suite;
    await transport.call('checkBundles', { body: { suite, digest: new Uint8Array(32) } }, token);
    await transport.call('receipts', { params }, token);
    await transport.call('presence', { params }, token);
    await transport.connection?.send('authenticate', { accessToken: token ?? '' });
    await until('cursors', async () => this.#company.used.has('cursors'));
  }

  /** A device logs out and is revoked; an account is deleted. */
  async #part(alice: Guest, tablet: Guest, carol: Guest): Promise<void> {
    await tablet.sealpost.logOut();
    await alice.sealpost.revokeDevice(tablet.device);
    await this.#company.deleteAccount(carol);
  }

  async #say(who: Guest, { id }: Conversation, to: readonly Guest[]): Promise<void> {
    const conversation = who.sealpost.conversation(id);
    const text = this.#canaries.text('text of a message');
    const clientId = await conversation.send({ kind: 'text', text });
    await Promise.all(to.map((reader) => reads(reader, conversation, clientId)));
  }
}

import type { Clock, RandomSource, Timers } from '@sealpost/domain';
import type { WireAccountRecord, WireOwnDevice } from '@sealpost/protocol';
import { ChangeMembers } from './changes/change-members.ts';
import { CommitChanges } from './changes/commit-changes.ts';
import { EnterKeys } from './changes/enter-keys.ts';
import { FoundConversations } from './changes/found-conversations.ts';
import { StayConnected } from './connection/stay-connected.ts';
import { Conversation, encoded } from './conversation.ts';
import { backoffMs } from './core/backoff.ts';
import { Emitter, type Events } from './core/emitter.ts';
import type { Core } from './core/ports.ts';
import { at, type DeviceRecord } from './core/records.ts';
import { SealpostError } from './core/sealpost-error.ts';
import { Vault } from './core/vault.ts';
import { ReportCursors } from './delivery/report-cursors.ts';
import { CertifySelf } from './devices/certify-self.ts';
import { type Compare, LinkDevice } from './devices/link-device.ts';
import type { CryptoEngine } from './engine/engine.port.ts';
import { PLAINTEXT_SUITE } from './engine/plaintext/suite.ts';
import { safetyNumber } from './identity/safety-number.ts';
import { RefillBundles } from './keys/refill-bundles.ts';
import { commandOf } from './outbox/command-of.ts';
import { Outbox } from './outbox/outbox.ts';
import { Session } from './session/session.ts';
import type { LocalStore } from './store/local-store.port.ts';
import { CatchUp } from './sync/catch-up.ts';
import { DescribeConversations } from './sync/describe-conversations.ts';
import { JoinConversations } from './sync/join-conversations.ts';
import { JudgeDevices } from './sync/judge-devices.ts';
import { Synchronise } from './sync/synchronise.ts';
import type { Transport } from './transport/transport.port.ts';

export interface SealpostPorts {
  readonly transport: Transport;
  readonly store: LocalStore;
  readonly engine: CryptoEngine;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomSource;
  /** For tests: takes the engine that does not encrypt. */
  readonly allowUnencrypted?: boolean;
}

/** One device of one account, end-to-end encrypted. */
export class Sealpost {
  readonly #core: Core;
  readonly #session: Session;
  readonly #sync: Synchronise;
  readonly #found: FoundConversations;
  readonly #members: ChangeMembers;
  readonly #enter: EnterKeys;
  readonly #joins: JoinConversations;
  readonly #outbox: Outbox;
  readonly #connection: StayConnected;
  readonly #catchUp: CatchUp;
  readonly #cursors: ReportCursors;
  readonly #judge: JudgeDevices;
  readonly #self: CertifySelf;
  readonly #link: LinkDevice;
  readonly #refill: RefillBundles;

  constructor({ store, allowUnencrypted, ...rest }: SealpostPorts) {
    if (rest.engine.suite === PLAINTEXT_SUITE && allowUnencrypted !== true)
      throw new SealpostError('misuse', 'unencrypted_engine');
    const core: Core = { ...rest, vault: new Vault(store), events: new Emitter() };
    const session = new Session(core);
    const describe = new DescribeConversations(core, session);
    this.#core = core;
    this.#session = session;
    this.#judge = new JudgeDevices(core, session);
    this.#sync = new Synchronise(core, session, async (conversation, what) => {
      if (what.has('refresh')) this.#refreshSoon(conversation);
      if (what.has('describe')) await describe.execute(conversation);
      if (!what.has('judge')) return;
      await this.#judge.execute(conversation);
      // What waited for a person, or for other keys, may be able to go now.
      this.#outbox.flush(conversation);
    });
    const commits = new CommitChanges(core, session, this.#sync);
    this.#enter = new EnterKeys(core, session, this.#sync, commits);
    this.#found = new FoundConversations(core, session, this.#sync, commits, this.#enter);
    this.#members = new ChangeMembers(core, session, this.#sync, commits);
    this.#joins = new JoinConversations(core, this.#sync, this.#enter);
    this.#outbox = new Outbox(
      core,
      session,
      this.#sync,
      { members: this.#members, enter: this.#enter },
      {
        send: (item) => this.#connection.send('send', commandOf(item, this.#connection.skipsEcho)),
        echoes: () => !this.#connection.skipsEcho,
        taken: (record) => this.#cursors.noteRecord(record),
        follow: (conversation, seq) => this.#catchUp.follow(conversation, seq),
      },
    );
    this.#cursors = new ReportCursors(core, (cursors) =>
      this.#connection.send('cursors', { cursors }),
    );
    this.#self = new CertifySelf(core, session);
    this.#link = new LinkDevice(core, session, this.#self);
    this.#refill = new RefillBundles(core, session);
    this.#catchUp = new CatchUp({
      core,
      sync: this.#sync,
      joins: this.#joins,
      commits,
      outbox: this.#outbox,
      cursors: this.#cursors,
      refill: this.#refill,
    });
    this.#connection = new StayConnected(core, session, this.#catchUp.handlers);
  }

  /** Answers how to stop listening. */
  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void {
    return this.#core.events.on(event, listener);
  }

  /** This device, or null before the first log-in. */
  me(): Promise<DeviceRecord | null> {
    return this.#session.device();
  }

  /** Makes an account with this as its first device, and connects. */
  async register(who: {
    readonly handle: string;
    readonly password: string;
    readonly deviceName: string;
  }): Promise<DeviceRecord> {
    await this.#mustBeNew();
    const credentials = await this.#session.open('register', { body: who });
    await this.#session.begin(credentials, {
      handle: who.handle,
      deviceName: who.deviceName,
      accountKey: null,
    });
    await this.resume();
    return this.#session.me();
  }

  /** Logs this device in. `linked: false`: the account has devices, and one of them must link this one. */
  async logIn(who: {
    readonly handle: string;
    readonly password: string;
    readonly deviceName: string;
  }): Promise<{ linked: boolean }> {
    await this.#mustBeNew();
    const credentials = await this.#session.open('logIn', { body: { ...who, proof: null } });
    await this.#session.begin(credentials, {
      handle: who.handle,
      deviceName: who.deviceName,
      accountKey: null,
    });
    const { accountKey } = await this.#session.need('ownAccount');
    if (accountKey === null) await this.resume();
    return { linked: accountKey === null };
  }

  /** On a device that logged in and waits: has it linked. Both devices show six digits; `compare` asks the person. */
  async link(compare: Compare): Promise<void> {
    await this.#link.join(compare);
    await this.resume();
  }

  /** The account's devices; those that are `pending` wait to be linked. */
  async devices(): Promise<readonly WireOwnDevice[]> {
    return (await this.#session.need('devices')).devices;
  }

  /** Links a device that waits. */
  approveDevice(device: string, compare: Compare): Promise<void> {
    return this.#link.approve(device, compare);
  }

  async revokeDevice(device: string): Promise<void> {
    await this.#session.need('revokeDevice', { params: { device } });
  }

  /**
   * Goes on after a restart, or after a registration that was interrupted; connects, and stays connected. Rejects with
   * `not_certified` on a device that still has to be linked.
   */
  async resume(): Promise<void> {
    await this.#ready();
    this.#connection.start();
  }

  /**
   * The way back after `loggedOut`: proves to the server that this still is the device, by the password and its key, and
   * goes on with its keys and history. Rejects with `not_logged_in` (state) before the first log-in and `not_certified`
   * (state) where the device was never linked; and as refused, keeping everything, with `wrong_credentials`, with
   * `device_revoked`, and with `bad_proof` where the server does not know this device's key: its data are of before the
   * device was certified, and it can come back only as a new one.
   */
  async logBackIn({ password }: { readonly password: string }): Promise<void> {
    await this.#session.logBackIn(password);
    await this.#ready();
    this.#connection.restart();
  }

  async #ready(): Promise<void> {
    const { certified } = await this.#session.me();
    if (!certified) await this.#certify();
    await this.#arrive();
  }

  /** An account's first device certifies itself; every other one is linked. */
  async #certify(): Promise<void> {
    const { accountKey } = await this.#session.need('ownAccount');
    const own = await this.#self.accountKey();
    if (accountKey !== null && own === null) throw new SealpostError('state', 'not_certified');
    await this.#self.asFirst();
  }

  /** A device that was just certified can be added by others, and is in its account's own conversation. */
  async #arrive(): Promise<void> {
    const { vault } = this.#core;
    if (await vault.records.get(at.arrived)) return;
    await this.#refill.first();
    await this.#found.openSelf();
    await vault.transact(async (draft) => draft.write(at.arrived, {}));
  }

  /** After a last-resort bundle, which others may have been added by too: own keys, spread over some seconds. */
  #refreshSoon(conversation: string): void {
    const { timers, random, events } = this.#core;
    timers.after(backoffMs(random, 0, { firstMs: 5_000, longestMs: 5_000 }), () => {
      this.#members.refreshKeys(conversation).catch((error: unknown) => events.trouble(error));
    });
  }

  /** Finds an account by its exact handle; null: there is none. */
  async find(handle: string): Promise<WireAccountRecord | null> {
    const result = await this.#session.call('accountByHandle', { params: { handle } });
    if (result.ok) return result.value;
    if (result.error.code === 'not_found') return null;
    throw SealpostError.refused(result.error);
  }

  /** What the directory says of an account: its handle, key and devices; null: there is none such. */
  account(id: string): Promise<WireAccountRecord | null> {
    return this.#judge.account(id);
  }

  /** The direct conversation with an account, opened if need be. */
  async direct(account: string): Promise<Conversation> {
    return this.conversation(await this.#found.openDirect(account));
  }

  async createGroup(title: string, accounts: readonly string[]): Promise<Conversation> {
    const id = await this.#found.createGroup(accounts, encoded({ kind: 'profile', title }));
    await this.#found.entitle(id, title);
    return this.conversation(id);
  }

  conversation(id: string): Conversation {
    return new Conversation(id, {
      core: this.#core,
      outbox: this.#outbox,
      members: this.#members,
      enter: this.#enter,
      cursors: this.#cursors,
    });
  }

  /** The conversations that this device knows. */
  async conversations(): Promise<readonly Conversation[]> {
    const records = await this.#core.vault.list(at.conversations, { limit: 10_000 });
    return records.map(({ key }) => this.conversation(key.slice(at.conversations.length)));
  }

  async block(account: string): Promise<void> {
    await this.#session.need('block', { params: { account } });
  }

  async unblock(account: string): Promise<void> {
    await this.#session.need('unblock', { params: { account } });
  }

  /** 60 digits to compare with a contact, over both account keys; null when a key is missing. */
  async safetyNumber(account: string): Promise<string | null> {
    const me = await this.#session.me();
    const other = await this.#judge.account(account);
    if (!me.accountKey || !other?.accountKey) return null;
    return safetyNumber(
      { accountId: me.account, accountKey: me.accountKey },
      { accountId: account, accountKey: other.accountKey },
    );
  }

  /** Accepts the key that an account shows now; ends the quarantine that its change caused. */
  async acceptAccountKey(account: string): Promise<void> {
    await this.#judge.accept(account);
    for (const { id } of await this.conversations()) {
      await this.#judge.execute(id);
      this.#outbox.flush(id);
    }
  }

  /** Tells the members that are connected that this account is typing. Nothing is kept; the server sees it, and no content goes with it. */
  async typing(conversation: string): Promise<void> {
    await this.#connection.send('typing', { conversation, payload: new Uint8Array() });
  }

  /** Ends the session of this device on the server and disconnects; the store keeps what it has, for `logBackIn`. */
  async logOut(): Promise<void> {
    const { session } = await this.#session.me();
    await this.#session.need('logOut', { params: { session } });
    this.#connection.stop();
  }

  /** Disconnects and closes the store; nothing is lost. */
  async close(): Promise<void> {
    this.#connection.stop();
    this.#cursors.stop();
    this.#joins.stop();
    await this.#core.vault.close();
  }

  async #mustBeNew(): Promise<void> {
    if (await this.#session.device()) throw new SealpostError('state', 'already_logged_in');
  }
}

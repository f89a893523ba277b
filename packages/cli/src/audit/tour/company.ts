import {
  type Conversation,
  type LocalStore,
  MemoryStore,
  mlsEngine,
  Sealpost,
  WebTransport,
  webSystem,
} from '@sealpost/client';
import { AuditError } from '../audit-error.ts';
import type { Canaries } from '../canaries.ts';
import { RecordingTransport } from './recording-transport.ts';
import { witnessStore } from './witness-store.ts';

const lookMs = 50;
const patienceMs = 60_000;

/** A device of the audit's own. */
export interface Guest {
  readonly sealpost: Sealpost;
  readonly transport: RecordingTransport;
  readonly handle: string;
  readonly password: string;
  readonly account: string;
  readonly device: string;
}

/** Waits until something holds; rejects with what it waited for. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + patienceMs; !(await holds());) {
    if (performance.now() > end)
      throw new AuditError(`${what} did not come about in ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** The throw-away accounts of one audit, and their devices. */
export class Company {
  readonly url: string;
  readonly #canaries: Canaries;
  readonly #open: Sealpost[] = [];
  readonly #signal: AbortSignal;
  readonly #accounts = new Map<string, Guest>();
  /** Handles that were asked for. */
  readonly #unfinished = new Set<string>();
  /** Calls and events that any of them used. */
  readonly used = new Set<string>();

  /** `signal`: from then on nobody comes any more, so that everybody who came can be deleted. */
  constructor(url: string, canaries: Canaries, signal: AbortSignal) {
    this.url = url;
    this.#signal = signal;
    this.#canaries = canaries;
  }

  /** Somebody who is about to register. Throws once nobody may. */
  newcomer(): Pick<Guest, 'handle' | 'password'> {
    this.#signal.throwIfAborted();
    const handle = this.#canaries.handle();
    this.#unfinished.add(handle);
    return { handle, password: this.#canaries.word('password') };
  }

  /** `deviceName`: another than one that may be known. */
  async register(deviceName = this.#canaries.deviceName()): Promise<Guest> {
    const who = this.newcomer();
    const device = await this.#device(await MemoryStore.open());
    await device.sealpost.register({ ...who, deviceName });
    return this.#guest({ ...device, ...who });
  }

  /** A further device of an account, linked by the other. */
  async link(by: Guest): Promise<Guest> {
    this.#signal.throwIfAborted();
    const { handle, password } = by;
    const device = await this.#device(await MemoryStore.open());
    await device.sealpost.logIn({ handle, password, deviceName: this.#canaries.deviceName() });
    const guest = await this.#guest({ ...device, handle, password });
    await Promise.all([guest.sealpost.link(async () => true), approve(by, guest)]);
    return guest;
  }

  /** A device that another program made. */
  async resume(store: LocalStore, who: Pick<Guest, 'handle' | 'password'>): Promise<Guest> {
    const device = await this.#device(store);
    await device.sealpost.resume();
    return this.#guest({ ...device, ...who });
  }

  /** Deletes every account that is there; answers the handles of those that may be left. */
  async delete(): Promise<readonly string[]> {
    const left = [...this.#unfinished];
    for (const guest of this.#accounts.values())
      if (!(await this.deleteAccount(guest).catch(() => false))) left.push(guest.handle);
    return left;
  }

  async deleteAccount({ account, transport }: Guest): Promise<boolean> {
    const { ok } = await transport.call('deleteAccount', {}, transport.accessToken);
    if (ok) this.#accounts.delete(account);
    return ok;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((sealpost) => sealpost.close()));
  }

  async #device(store: LocalStore): Promise<Pick<Guest, 'sealpost' | 'transport'>> {
    const transport = new RecordingTransport(new WebTransport(this.url), this.#canaries, this.used);
    const sealpost = new Sealpost({
      ...webSystem,
      store: await witnessStore(store, this.#canaries),
      transport,
      engine: mlsEngine(),
    });
    this.#open.push(sealpost);
    return { sealpost, transport };
  }

  async #guest(known: Omit<Guest, 'account' | 'device'>): Promise<Guest> {
    const me = await known.sealpost.me();
    if (!me) throw new AuditError('a device of the audit is not logged in');
    const { account, device } = me;
    this.#canaries.id('id of an account', account);
    this.#canaries.id('id of a device', device);
    const guest = { ...known, account, device };
    this.#unfinished.delete(known.handle);
    // The first device of each can delete the account: it is certified.
    if (!this.#accounts.has(account)) this.#accounts.set(account, guest);
    return guest;
  }
}

/** Waits for the request of a device of the same account, and links it. */
async function approve({ sealpost }: Guest, { device }: Guest): Promise<void> {
  await until('a request to be linked', async () =>
    (await sealpost.devices()).some((one) => one.device === device && one.signatureKey !== null),
  );
  await sealpost.approveDevice(device, async () => true);
}

/** Resolves when this device can take part. */
export const joined = ({ sealpost }: Guest, { id }: Conversation): Promise<void> =>
  until('a join', async () => (await sealpost.conversation(id).info())?.keyed === true);

/** Resolves when the device has the message. */
export const reads = ({ sealpost }: Guest, { id }: Conversation, clientId: string): Promise<void> =>
  until('a message', async () => {
    const entries = await sealpost.conversation(id).entries({ after: 0, limit: 1_000 });
    return entries.some((entry) => entry.kind === 'message' && entry.clientId === clientId);
  });

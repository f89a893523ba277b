import type {
  AccountId,
  Bytes,
  Device,
  DeviceId,
  DeviceStore,
  Link,
  RosterTask,
  Timestamp,
} from '@sealpost/domain';
import { equalBytes } from '@sealpost/domain';
import { copied } from './copied.ts';
import { duplicateId, type MemoryState } from './memory-state.ts';
import { raiseDeviceList, revokeDevice, writeRosterTasks } from './revocation.ts';
import type { StoredDevice } from './stored-device.ts';

type Approval = Parameters<DeviceStore['approve']>[1];

const sameTask = (a: RosterTask, b: RosterTask): boolean =>
  a.id === b.id && a.conversation === b.conversation;

export class MemoryDeviceStore implements DeviceStore {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async enrol(
    device: {
      readonly id: DeviceId;
      readonly account: AccountId;
      readonly name: string;
      readonly now: Timestamp;
    },
    pendingLimit: number,
  ): Promise<'enrolled' | 'too_many_pending'> {
    this.#state.ensureOpen('enrol');
    const { id, account, name, now } = device;
    if (this.#state.devices.has(id)) throw duplicateId('enrol');
    const pending = this.#of(account).filter(({ device: { status } }) => status === 'pending');
    if (pending.length >= pendingLimit) return 'too_many_pending';
    const nothingYet = {
      signatureKey: null,
      certificate: null,
      certifiedAt: null,
      revokedAt: null,
    };
    this.#state.devices.set(id, {
      device: { id, account, name, status: 'pending', createdAt: now, ...nothingYet },
      link: null,
      package: null,
    });
    return 'enrolled';
  }

  async find(id: DeviceId): Promise<Device | null> {
    this.#state.ensureOpen('find');
    return copied(this.#state.devices.get(id)?.device) ?? null;
  }

  async list(account: AccountId): Promise<readonly Device[]> {
    this.#state.ensureOpen('list');
    return this.#listed(account);
  }

  async certified(accounts: readonly AccountId[]): Promise<readonly Device[]> {
    this.#state.ensureOpen('certified');
    return accounts
      .flatMap((account) => this.#certified(account))
      .map(({ device }) => copied(device));
  }

  async everCertified(accounts: readonly AccountId[]): Promise<readonly Device[]> {
    this.#state.ensureOpen('everCertified');
    const devices = [...new Set(accounts)].flatMap((account) => this.#listed(account));
    return devices.filter(({ certificate }) => certificate !== null);
  }

  async certifyFirst(
    id: DeviceId,
    keys: {
      readonly accountKey: Bytes;
      readonly signatureKey: Bytes;
      readonly certificate: Bytes;
      readonly certifiedAt: Timestamp;
    },
  ): Promise<'certified' | 'has_key' | 'not_pending'> {
    this.#state.ensureOpen('certifyFirst');
    const stored = this.#pending(id);
    if (!stored) return 'not_pending';
    const owner = this.#state.accounts.get(stored.device.account);
    if (!owner || owner.account.accountKey !== null) return 'has_key';
    const { accountKey, ...certificate } = copied(keys);
    owner.account = { ...owner.account, accountKey };
    this.#certify(stored, certificate);
    return 'certified';
  }

  async publishLink(
    id: DeviceId,
    link: { readonly signatureKey: Bytes; readonly linkKey: Bytes; readonly commitment: Bytes },
  ): Promise<'published' | 'not_pending'> {
    this.#state.ensureOpen('publishLink');
    const stored = this.#pending(id);
    if (!stored) return 'not_pending';
    const { signatureKey, ...published } = copied(link);
    stored.device = { ...stored.device, signatureKey };
    stored.link = { ...published, offer: null, reveal: null };
    return 'published';
  }

  async link(id: DeviceId): Promise<Link | null> {
    this.#state.ensureOpen('link');
    return copied(this.#state.devices.get(id)?.link) ?? null;
  }

  async offerLink(
    id: DeviceId,
    offer: { readonly by: DeviceId; readonly nonce: Bytes },
  ): Promise<'offered' | 'not_published' | 'already_offered'> {
    this.#state.ensureOpen('offerLink');
    const stored = this.#state.devices.get(id);
    if (!stored?.link) return 'not_published';
    const earlier = stored.link.offer;
    if (earlier) return isSameOffer(earlier, offer) ? 'offered' : 'already_offered';
    stored.link = { ...stored.link, offer: copied(offer) };
    return 'offered';
  }

  async revealLink(id: DeviceId, reveal: Bytes): Promise<'revealed' | 'no_offer'> {
    this.#state.ensureOpen('revealLink');
    const stored = this.#state.devices.get(id);
    if (!stored?.link?.offer) return 'no_offer';
    stored.link = { ...stored.link, reveal: stored.link.reveal ?? copied(reveal) };
    return 'revealed';
  }

  async approve(
    id: DeviceId,
    approval: Approval,
  ): Promise<'certified' | 'not_pending' | 'not_revealed' | 'too_many_devices'> {
    this.#state.ensureOpen('approve');
    const stored = this.#pending(id);
    if (!stored) return 'not_pending';
    const { link, device } = stored;
    if (link?.offer?.by !== approval.by || link.reveal === null) return 'not_revealed';
    if (this.#certified(device.account).length >= approval.limit) return 'too_many_devices';
    const { certificate, certifiedAt, package: bytes, packageExpiresAt } = copied(approval);
    this.#certify(stored, { certificate, certifiedAt });
    stored.package = { bytes, expiresAt: packageExpiresAt };
    return 'certified';
  }

  async takePackage(id: DeviceId, now: Timestamp): Promise<Bytes | null> {
    this.#state.ensureOpen('takePackage');
    const stored = this.#state.devices.get(id);
    const left = stored?.package;
    if (!stored || !left) return null;
    stored.package = null;
    stored.link = null;
    return left.expiresAt > now ? left.bytes : null;
  }

  async revoke(
    id: DeviceId,
    at: { readonly now: Timestamp; readonly taskId: string },
  ): Promise<readonly string[] | null> {
    this.#state.ensureOpen('revoke');
    const stored = this.#state.devices.get(id);
    if (!stored || stored.device.status === 'revoked') return null;
    const { account } = stored.device;
    const sessions = revokeDevice(this.#state, stored, at.now);
    writeRosterTasks(this.#state, { id: at.taskId, account, device: id });
    return sessions;
  }

  async rosterTasks(limit: number): Promise<readonly RosterTask[]> {
    this.#state.ensureOpen('rosterTasks');
    return this.#state.rosterTasks.slice(0, limit).map((task) => ({ ...task }));
  }

  async rosterTaskDone(task: RosterTask): Promise<void> {
    this.#state.ensureOpen('rosterTaskDone');
    const place = this.#state.rosterTasks.findIndex((waiting) => sameTask(waiting, task));
    if (place >= 0) this.#state.rosterTasks.splice(place, 1);
  }

  #of(account: AccountId): StoredDevice[] {
    return [...this.#state.devices.values()].filter(({ device }) => device.account === account);
  }

  #listed(account: AccountId): Device[] {
    const devices = this.#of(account).map(({ device }) => copied(device));
    return devices.toSorted((a, b) => a.createdAt - b.createdAt);
  }

  #certified(account: AccountId): StoredDevice[] {
    return this.#of(account).filter(({ device }) => device.status === 'certified');
  }

  #pending(id: DeviceId): StoredDevice | null {
    const stored = this.#state.devices.get(id);
    return stored?.device.status === 'pending' ? stored : null;
  }

  #certify(stored: StoredDevice, certificate: Partial<Device>): void {
    stored.device = { ...stored.device, ...certificate, status: 'certified' };
    raiseDeviceList(this.#state, stored.device.account);
  }
}

type Offer = NonNullable<Link['offer']>;
const isSameOffer = (a: Offer, b: Offer): boolean => a.by === b.by && equalBytes(a.nonce, b.nonce);

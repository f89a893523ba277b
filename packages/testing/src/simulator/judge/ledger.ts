import type { Change, DeviceRef, Entry, Head, Role } from '@sealpost/domain';

interface Stretch {
  readonly from: number;
  to: number | null;
}

const isIn = (stretches: readonly Stretch[] | undefined, seq: number): boolean =>
  stretches?.some(({ from, to }) => from <= seq && (to === null || seq <= to)) ?? false;

/** A conversation as its entries tell it, put together without any of the product's rules. */
export class LedgerLog {
  readonly entries: Entry[] = [];
  readonly members = new Map<string, Stretch[]>();
  readonly keys = new Map<string, Stretch[]>();
  readonly accountOf = new Map<string, string>();
  /** Of those who are members now. */
  readonly roles = new Map<string, Role>();
  readonly #endedAt = new Map<string, number>();
  readonly #storedAt: number[] = [];
  owed = new Set<string>();
  /** Retention cut the entries up to this one. */
  floor = 0;
  epoch = 0;
  generation = 0;
  /** When the keys in force came. */
  keyedAt = -1;

  /** What it was founded as; null: nothing is in it. */
  get founding(): Change['founding'] {
    return this.entries[0]?.change?.founding ?? null;
  }

  get head(): number {
    return this.entries.length;
  }

  /** When its last entry was stored. */
  get movedAt(): number {
    return this.#storedAt.at(-1) ?? -Infinity;
  }

  /** `now`: when it was stored. */
  add(entry: Entry, now: number): void {
    this.entries.push(entry);
    this.#storedAt.push(now);
    if (entry.change) this.#change(entry.change, entry.seq);
    for (const account of entry.change?.removeMembers ?? []) this.#endedAt.set(account, now);
    if (this.epoch !== entry.epoch || this.generation !== entry.generation) this.keyedAt = now;
    this.epoch = entry.epoch;
    this.generation = entry.generation;
  }

  at(seq: number): Entry | undefined {
    return this.entries[seq - 1];
  }

  wasMember(account: string, seq: number): boolean {
    return isIn(this.members.get(account), seq);
  }

  isMember(account: string): boolean {
    return this.members.get(account)?.at(-1)?.to === null;
  }

  hadKeys(device: string, seq: number): boolean {
    return isIn(this.keys.get(device), seq);
  }

  hasKeys(device: string): boolean {
    return this.keys.get(device)?.at(-1)?.to === null;
  }

  /** Whether the device may have the entry (G5, G6). */
  isFor({ account, device }: DeviceRef, seq: number): boolean {
    return this.wasMember(account, seq) && this.hadKeys(device, seq);
  }

  /** Whether an account has been a member all the time since then. */
  isMemberSince(account: string, since: number): boolean {
    const last = this.members.get(account)?.at(-1);
    return last?.to === null && (this.#storedAt[last.from - 1] ?? Infinity) < since;
  }

  /** Whether an account was a member at any time since then. */
  wasMemberSince(account: string, since: number): boolean {
    return this.isMember(account) || (this.#endedAt.get(account) ?? -1) >= since;
  }

  /** The last entry that concerns an account, or since then did; null: it was never a member. */
  endFor(account: string, since = Infinity): number | null {
    const last = this.members.get(account)?.at(-1);
    if (!last) return null;
    return last.to === null || this.wasMemberSince(account, since) ? this.head : last.to;
  }

  /** The log as it was when it had so many entries. */
  upTo(head: number): LedgerLog {
    const kept = new LedgerLog();
    for (const entry of this.entries.slice(0, head))
      kept.add(entry, this.#storedAt[entry.seq - 1] ?? 0);
    return kept;
  }

  #change(change: Change, seq: number): void {
    for (const account of change.removeMembers) {
      close(this.members, account, seq);
      if (change.mode !== null) continue;
      for (const [device, owner] of this.accountOf)
        if (owner === account && this.hasKeys(device)) this.owed.add(device);
    }
    for (const { account } of change.addMembers) open(this.members, account, seq);
    for (const account of change.removeMembers) this.roles.delete(account);
    for (const { account, role } of [...change.addMembers, ...change.setRoles])
      this.roles.set(account, role);
    for (const { device } of change.revokeDevices) if (this.hasKeys(device)) this.owed.add(device);
    if (change.mode === 'found') {
      for (const device of this.keys.keys()) close(this.keys, device, seq);
      this.owed = new Set();
    }
    for (const { device } of change.removeDevices) {
      close(this.keys, device, seq);
      this.owed.delete(device);
    }
    for (const { account, device } of change.addDevices) {
      this.accountOf.set(device, account);
      open(this.keys, device, seq);
    }
  }
}

function open(stretches: Map<string, Stretch[]>, of: string, seq: number): void {
  const known = stretches.get(of) ?? [];
  if (known.at(-1)?.to !== null) known.push({ from: seq, to: null });
  stretches.set(of, known);
}

function close(stretches: Map<string, Stretch[]>, of: string, seq: number): void {
  const last = stretches.get(of)?.at(-1);
  if (last && last.to === null) last.to = seq;
}

/** Every entry that was ever stored, kept by those who judge also where retention cut it. */
export class Ledger {
  readonly logs = new Map<string, LedgerLog>();
  /** By incarnation, the logs as they stood when it ended. */
  readonly #past = new Map<number, ReadonlyMap<string, LedgerLog>>();

  of(conversation: string): LedgerLog {
    const known = this.logs.get(conversation) ?? new LedgerLog();
    this.logs.set(conversation, known);
    return known;
  }

  /** A conversation as an incarnation left it that has ended. */
  asOf(incarnation: number, conversation: string): LedgerLog | undefined {
    return this.#past.get(incarnation)?.get(conversation);
  }

  /** After a restore, which ends an incarnation: what came after these heads never was. */
  cutBack(heads: ReadonlyMap<string, Pick<Head, 'seq' | 'floor'>>, ended: number): void {
    this.#past.set(ended, new Map(this.logs));
    for (const [conversation, log] of [...this.logs]) {
      const { seq = 0, floor = 0 } = heads.get(conversation) ?? {};
      const kept = log.upTo(seq);
      kept.floor = floor;
      if (kept.head === 0) this.logs.delete(conversation);
      else this.logs.set(conversation, kept);
    }
  }
}

import type {
  Bytes,
  CommitMode,
  DeviceRef,
  IncomingEntry,
  Part,
  StagedCommit,
} from '@sealpost/client';

export interface LogEntry {
  readonly seq: number;
  readonly generation: number;
  readonly epoch: number;
  readonly sender: DeviceRef;
  readonly clientId: string;
  readonly kind: 'created' | 'commit' | 'message';
  readonly class: 'loud' | 'quiet';
  readonly mode: CommitMode | null;
  readonly adds: readonly DeviceRef[];
  readonly removes: readonly DeviceRef[];
  readonly parts: readonly Part[];
}

/** A conversation's log as a server keeps it: dense numbers, one commit per epoch, parts to whom they are for. */
export class ModelLog {
  readonly conversation: string;
  readonly entries: LogEntry[] = [];
  generation = 0;
  epoch = 0;
  /** Devices in the keys, by the declared changes. */
  readonly keyed = new Map<string, DeviceRef>();

  constructor(conversation: string) {
    this.conversation = conversation;
  }

  /** The entry, or null when another commit took the epoch. */
  commit(sender: DeviceRef, staged: StagedCommit): LogEntry | null {
    const { mode, generation, epoch, clientId, adds, removes, parts } = staged;
    const isReset = mode === 'found';
    if (epoch !== this.epoch + 1 || generation !== this.generation + (isReset ? 1 : 0)) return null;
    const kind = epoch === 1 ? 'created' : 'commit';
    this.generation = generation;
    this.epoch = epoch;
    if (isReset) this.keyed.clear();
    for (const { device } of removes) this.keyed.delete(device);
    for (const ref of adds) this.keyed.set(ref.device, ref);
    const head = { generation, epoch, sender, clientId, mode, adds, removes, parts };
    return this.#append({ kind, class: 'quiet', ...head });
  }

  /** The entry, or null when it was made for another epoch or by a device that is not in the keys. */
  message(
    sender: DeviceRef,
    message: Pick<LogEntry, 'clientId' | 'class' | 'generation' | 'epoch' | 'parts'>,
  ): LogEntry | null {
    const isCurrent = message.generation === this.generation && message.epoch === this.epoch;
    if (!isCurrent || !this.keyed.has(sender.device)) return null;
    return this.#append({ kind: 'message', sender, mode: null, adds: [], removes: [], ...message });
  }

  entry(seq: number): LogEntry {
    const entry = this.entries[seq - 1];
    if (!entry) throw new Error(`no entry ${seq}`);
    return entry;
  }

  /** What the newest commit offers to devices that join by themselves. */
  groupInfo(): Bytes {
    const part = this.entries
      .findLast(({ kind }) => kind !== 'message')
      ?.parts.find(({ audience }) => audience === 'joiners');
    if (!part) throw new Error('no commit offers a GroupInfo');
    return part.bytes;
  }

  /** The entry as it is given to a device. */
  given(entry: LogEntry, device: DeviceRef): IncomingEntry {
    const parts = entry.parts.flatMap(({ audience, bytes }): IncomingEntry['parts'] => {
      if (audience === 'all') return [{ audience, bytes }];
      const isFor = audience !== 'joiners' && audience.includes(device.device);
      return isFor ? [{ audience: 'device', bytes }] : [];
    });
    return { ...entry, conversation: this.conversation, parts };
  }

  #append(entry: Omit<LogEntry, 'seq'>): LogEntry {
    const numbered = { seq: this.entries.length + 1, ...entry };
    this.entries.push(numbered);
    return numbered;
  }
}

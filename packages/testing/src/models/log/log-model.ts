import {
  firstTenure,
  type Audience,
  type Bytes,
  type EntryKind,
  type Seq,
  type Tenure,
  type Timestamp,
} from '@sealpost/domain';

export interface ModelEntry {
  readonly device: string;
  readonly clientId: string;
  readonly kind: EntryKind;
  readonly loud: boolean;
  readonly audiences: readonly Audience[];
  /** Of each part. */
  readonly bytes: number;
  readonly digest: Bytes;
  readonly acceptedAt: Timestamp;
}

/** A log is a list of entries: an entry's number is its place. */
export class ModelLog {
  readonly entries: ModelEntry[] = [];
  readonly restores: { readonly incarnation: number; readonly head: Seq }[] = [];
  snapshot: Seq | null = null;
  floor: Seq = 0;
  tenure: Tenure = firstTenure;
  /** The entry below the floor that is kept all the same, and the version of the state there. */
  kept: Seq | null = null;
  base: Seq | null = null;
  /** Up to where the reader has read. */
  seen: Seq = 0;

  get version(): Seq {
    return this.entries.findLastIndex(({ kind }) => kind !== 'message') + 1;
  }
  get acceptedAt(): Timestamp {
    return this.entries.at(-1)?.acceptedAt ?? 0;
  }
  loudUpTo(seq: Seq): number {
    return this.entries.slice(0, seq).filter(({ loud }) => loud).length;
  }
  changes(): Seq[] {
    return this.entries.flatMap(({ kind }, index) => (kind === 'message' ? [] : [index + 1]));
  }
  seqOf(device: string, clientId: string): Seq | null {
    const at = this.entries.findLastIndex(
      (entry) => entry.device === device && entry.clientId === clientId,
    );
    return this.has(at + 1) ? at + 1 : null;
  }
  has(seq: Seq): boolean {
    return seq === this.kept || (seq > this.floor && seq <= this.entries.length);
  }
  head() {
    const { version, acceptedAt, restores, floor, tenure } = this;
    const seq = this.entries.length;
    return { seq, loud: this.loudUpTo(seq), acceptedAt, version, restores, floor, tenure };
  }
  dropJoiners(seq: Seq): void {
    const entry = this.entries[seq - 1];
    if (!entry) return;
    const audiences = entry.audiences.filter((audience) => audience !== 'joiners');
    this.entries[seq - 1] = { ...entry, audiences };
  }
}

export class LogModel {
  incarnation = 1;
  readonly logs: readonly ModelLog[] = [new ModelLog(), new ModelLog()];
  log(conversation: number): ModelLog {
    return this.logs[conversation] ?? new ModelLog();
  }
}

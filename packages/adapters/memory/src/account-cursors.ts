import type { AccountCursor, CursorMove, DeviceId, Seq } from '@sealpost/domain';

/** How far one account and its devices got in one conversation. */
export class AccountCursors {
  readonly devices = new Map<DeviceId, { readonly incarnation: number; readonly delivered: Seq }>();
  incarnation = 0;
  read: Seq = 0;
  shown: Seq = 0;

  /** The highest of the devices; values of an older incarnation do not count. */
  get delivered(): Seq {
    const counting = [...this.devices.values()].filter((c) => c.incarnation === this.incarnation);
    return Math.max(0, ...counting.map(({ delivered }) => delivered));
  }

  values(): Omit<AccountCursor, 'account'> {
    return { delivered: this.delivered, read: this.read, shown: this.shown };
  }

  /** First what was delivered, then what was read, then what is shown: the moves of one call count together. */
  move(moves: readonly CursorMove[]): void {
    for (const move of moves) this.#deliver(move);
    const counting = moves.filter(({ incarnation }) => incarnation === this.incarnation);
    for (const { read = 0 } of counting)
      this.read = Math.max(this.read, Math.min(read, this.delivered));
    for (const { shown = 0 } of counting)
      this.shown = Math.max(this.shown, Math.min(shown, this.read));
  }

  #deliver({ device, incarnation, delivered = 0 }: CursorMove): void {
    const stored = this.devices.get(device);
    if (stored && stored.incarnation > incarnation) return;
    const floor = stored?.incarnation === incarnation ? stored.delivered : 0;
    this.devices.set(device, { incarnation, delivered: Math.max(floor, delivered) });
    if (incarnation > this.incarnation) Object.assign(this, { incarnation, read: 0, shown: 0 });
  }
}

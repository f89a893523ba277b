import type { Unmissed } from './unmissed.ts';

export const deliveryUnmissed: Readonly<Record<string, Unmissed>> = {
  'delivery/deliver-entries.ts': {
    counts: ['this.#ports.failed(fault);'],
    saves: [
      'this.#sweptAt = this.#ports.clock.now();',
      'if (this.#sweeping) return;',
      'this.#sweeping = true;',
      'this.#sweptAt = began;',
      'this.#sweepAgain = false;',
      'run = [];',
      'flush();',
      'if (to.length === 0) return;',
    ],
    stops: [
      'stop(): void { and 3 more',
      'this.#stopped = true;',
      'this.#cancelSweep();',
      'this.#cancelSweep(); (2)',
      'if (this.#stopped) return;',
    ],
    sooner: ['if (!isCurrent) void this.sweep();', 'gathered.entries.push(...entries);'],
    race: ['await this.#ports.revokedSessions.ensureCurrent();', 'gathered.state = state;'],
  },
  'delivery/discover.ts': {
    saves: [
      'if (rows.length === 0) return { conversations: [], next: null };',
      'if (end === null || end < row.head) { and 3 more',
      'end = await this.#endOf(row.conversation, account);',
      'this.#log.forget(row.conversation);',
      'await this.#index.leave(conversation, [account], end);',
      'if (!isNew) return null;',
    ],
  },
  'delivery/move-cursors.ts': {
    counts: [
      'for (const { device, conversation, delivered = 0 } of moves) and 1 more',
      'this.#offers.acknowledged(device, conversation, delivered);',
    ],
    saves: ['if (moves.length === 0) return found;'],
  },
  'delivery/read-receipts.ts': {
    saves: ['if (!known || this.#listening(known.state, account).length === 0) return;'],
    race: ['await revokedSessions.ensureCurrent();'],
  },
  'delivery/receive-hints.ts': {
    stops: ['stop(): Promise<void> { and 2 more'],
    same: ['default: and 1 more', 'return notice satisfies never;'],
    sooner: [
      'await deliverEntries.sweep();',
      'for (const device of [...devices()]) { and 4 more',
      'connections.pushDevicesChanged(device.account);',
      'await this.#pushStock(device);',
    ],
    race: [
      'await revokedSessions.ensureCurrent();',
      'await revokedSessions.ensureCurrent(); (2)',
      'await revokedSessions.ensureCurrent(); (3)',
      'await revokedSessions.ensureCurrent(); (4)',
    ],
    elsewhere: ['checkIncarnation();'],
  },
};

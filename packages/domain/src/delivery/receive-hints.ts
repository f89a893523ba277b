import type { RevokedSessions } from '../account/revoked-sessions.ts';
import type { CheckBundles } from '../keys/check-bundles.ts';
import type { FanOut, Notice } from '../log/fan-out.port.ts';
import type { HoldConnections } from '../presence/hold-connections.ts';
import type { DeviceRef, Suite } from '../shared/ids.ts';
import type { Connections } from './connections.port.ts';
import type { DeliverEntries } from './deliver-entries.ts';
import type { ReadReceipts } from './read-receipts.ts';

export interface ReceiveHintsPorts {
  readonly fanOut: FanOut;
  /** The devices that are connected here. */
  readonly devices: () => Iterable<DeviceRef>;
  readonly connections: Connections;
  readonly suitesOf: (device: DeviceRef) => readonly Suite[];
  readonly deliverEntries: Pick<DeliverEntries, 'hint' | 'sweep'>;
  readonly holdConnections: Pick<HoldConnections, 'superseded'>;
  readonly revokedSessions: Pick<RevokedSessions, 'note' | 'ensureCurrent'>;
  readonly readReceipts: Pick<ReadReceipts, 'announce'>;
  readonly checkBundles: Pick<CheckBundles, 'stock'>;
  /** Has this process look whether the deployment was restored. */
  readonly checkIncarnation: () => void;
  readonly failed: (fault: unknown) => void;
}

/**
 * Passes what the deployment's processes tell each other on to whom it concerns here, once it is known who of them was
 * revoked (G6).
 */
export class ReceiveHints {
  readonly #ports: ReceiveHintsPorts;
  #unsubscribe: () => Promise<void> = () => Promise.resolve();

  constructor(ports: ReceiveHintsPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { fanOut, deliverEntries, failed } = this.#ports;
    this.#unsubscribe = await fanOut.subscribe({
      hint: (hint) => deliverEntries.hint(hint),
      notice: (notice) => void this.#notice(notice).catch(failed),
      onBreak: () => void this.#makeGood().catch(failed),
    });
  }

  stop(): Promise<void> {
    return this.#unsubscribe();
  }

  async #notice(notice: Notice): Promise<void> {
    const { connections, holdConnections, revokedSessions, readReceipts } = this.#ports;
    switch (notice.kind) {
      case 'sessions_revoked':
        return revokedSessions.note(notice.sessions);
      case 'cursors_moved':
        return readReceipts.announce(notice.conversation, notice.account);
      case 'stock_changed':
        return this.#pushStock(notice);
      case 'devices_changed':
        await revokedSessions.ensureCurrent();
        return connections.pushDevicesChanged(notice.account);
      case 'superseded':
        return holdConnections.superseded(notice.processes);
      case 'ephemeral': {
        await revokedSessions.ensureCurrent();
        const to = notice.to.filter((account) => connections.has(account));
        return connections.pushEphemeral(notice.conversation, notice.event, to);
      }
      default:
        return notice satisfies never;
    }
  }

  /** What was not told is looked up: the logs first, then what each device here may not have heard of itself. */
  async #makeGood(): Promise<void> {
    const { checkIncarnation, connections, deliverEntries, devices, revokedSessions } = this.#ports;
    checkIncarnation();
    await deliverEntries.sweep();
    for (const device of [...devices()]) {
      await revokedSessions.ensureCurrent();
      connections.pushDevicesChanged(device.account);
      await this.#pushStock(device);
    }
  }

  /** Read afresh: the notice says only that it changed. */
  async #pushStock(device: DeviceRef): Promise<void> {
    const { checkBundles, connections, revokedSessions, suitesOf } = this.#ports;
    for (const suite of suitesOf(device)) {
      const stock = await checkBundles.stock(device, suite);
      await revokedSessions.ensureCurrent();
      connections.pushStock(device, stock);
    }
  }
}

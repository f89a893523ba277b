import type { AccountId, DeviceId, DeviceRef, SessionId, Suite, Timestamp } from '@sealpost/domain';
import {
  type Admitted,
  OwnSends,
  type RequestAnswer,
  type Requester,
} from '@sealpost/protocol/edge';
import type { Socket } from 'socket.io';
import {
  type EngineSocket,
  gather,
  unsentBytes,
  waitingBytes,
  waitingPackets,
  writeFrame,
} from './engine-socket.ts';
import type { FloodGate } from './flood-gate.ts';
import { answerFrame, type ServerFrame } from './server-frame.ts';

/** An authenticated connection. There may be very many: what is kept of each is a few ids and numbers. */
export class Connection implements Requester {
  readonly socket: Socket;
  readonly flood: FloodGate;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly ref: DeviceRef;
  readonly session: SessionId;
  /** Key suites whose stock the device wants to hear of. */
  readonly suites: readonly Suite[];
  readonly ownSends = new OwnSends();
  /** When its access token ends; moved on by a fresh one. */
  expiresAt: Timestamp;
  /** By which the deployment tells it from other connections of its device. */
  serial = 0;
  /** False from the moment in which it is told to close or is gone. */
  open = true;
  /** Events that are being worked on. */
  inFlight = 0;
  /** Events that nobody could have sent in good faith. */
  violations = 0;
  #waitingBytes = 0;

  constructor(socket: Socket, flood: FloodGate, admitted: Admitted) {
    this.socket = socket;
    this.flood = flood;
    this.account = admitted.account;
    this.device = admitted.device;
    this.ref = { account: admitted.account, device: admitted.device };
    this.session = admitted.session;
    this.suites = admitted.suites;
    this.expiresAt = admitted.expiresAt;
  }

  get conn(): EngineSocket {
    return this.socket.conn;
  }

  /** Answers the event that the client numbered so. */
  answer(id: number, answer: RequestAnswer): void {
    this.write(answerFrame(id, answer));
  }

  /** What is written until the next tick leaves together. */
  write(frame: ServerFrame): void {
    gather(this.conn);
    writeFrame(this.conn, frame);
    const packets = waitingPackets(this.conn);
    const size = frame.packet.length;
    this.#waitingBytes = packets === 0 ? 0 : packets === 1 ? size : this.#waitingBytes + size;
  }

  /** Whether more than so many bytes wait to be sent. */
  isBehind(bytes: number): boolean {
    const unsent = unsentBytes(this.conn);
    if (unsent + this.#waitingBytes <= bytes) return false;
    // What waited may have left since it was counted.
    this.#waitingBytes = waitingBytes(this.conn);
    return unsent + this.#waitingBytes > bytes;
  }

  /** Counts afresh what waits. */
  recount(): void {
    this.#waitingBytes = waitingPackets(this.conn) === 0 ? 0 : waitingBytes(this.conn);
  }
}

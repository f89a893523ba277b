import {
  type ClientEvents,
  type ServerEvents,
  serverEvents,
  type ServerPayload,
  socketParser,
} from '@sealpost/protocol';
import { io, type Socket } from 'socket.io-client';

type ServerEvent = keyof ServerEvents;
interface Received {
  readonly event: ServerEvent;
  readonly payload: unknown;
}

/** What Node's WebSocket of the client can do beside the browser's. */
interface NodeWebSocket {
  pause(): void;
  resume(): void;
}

/** A client that only listens and speaks: every event that arrives must be as the protocol says. */
export class TestClient {
  readonly socket: Socket;
  readonly received: Received[] = [];
  /** Resolves when the connection is gone: why, in Socket.io's words, and the WebSocket's close code if there is one. */
  readonly gone: Promise<{ readonly reason: string; readonly code: number | undefined }>;
  #taken = new Map<ServerEvent, number>();
  #wake: (() => void)[] = [];

  constructor(url: string, auth: Record<string, unknown>, headers: Record<string, string>) {
    this.socket = io(url, {
      auth,
      parser: socketParser,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      extraHeaders: headers,
    });
    for (const event of Object.keys(serverEvents) as ServerEvent[]) {
      this.socket.on(event, (payload: unknown) => this.#take(event, payload));
    }
    this.gone = new Promise((resolve) => {
      this.socket.on('disconnect', (reason, details) => {
        const context =
          details && 'context' in details ? (details.context as { code?: number }) : undefined;
        resolve({ reason, code: context?.code });
      });
    });
  }

  /** The next event of this name that was not asked for before, whenever it came. */
  async next<E extends ServerEvent>(event: E): Promise<ServerPayload<E>> {
    const at = this.#taken.get(event) ?? 0;
    this.#taken.set(event, at + 1);
    for (;;) {
      const found = this.of(event)[at];
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
    }
  }

  /** What has come under this name by now. */
  of<E extends ServerEvent>(event: E): ServerPayload<E>[] {
    return this.received
      .filter((one) => one.event === event)
      .map(({ payload }) => payload as ServerPayload<E>);
  }

  /** Sends anything and answers what comes back. */
  ask(event: string, ...payload: unknown[]): Promise<unknown> {
    return this.socket.timeout(10_000).emitWithAck(event, ...payload) as Promise<unknown>;
  }

  /** Sends what the protocol knows. */
  request<E extends keyof ClientEvents>(event: E, payload: unknown): Promise<unknown> {
    return this.ask(event, payload);
  }

  /** Stops reading from the network. */
  pause(): void {
    this.#webSocket().pause();
  }

  resume(): void {
    this.#webSocket().resume();
  }

  close(): void {
    this.socket.disconnect();
  }

  #webSocket(): NodeWebSocket {
    return (this.socket.io.engine.transport as unknown as { ws: NodeWebSocket }).ws;
  }

  #take(event: ServerEvent, payload: unknown): void {
    this.received.push({ event, payload: serverEvents[event].payload.parse(payload) });
    const waiting = this.#wake;
    this.#wake = [];
    for (const go of waiting) go();
  }
}

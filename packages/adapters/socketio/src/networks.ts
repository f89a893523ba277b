import type { IncomingMessage } from 'node:http';
import { addressBehind, networkOf } from '@sealpost/protocol/edge';

interface Presence {
  connections: number;
  /** Those that have not said who they are. */
  strangers: number;
}

/** The network that a request for a connection comes from. */
export function networkBehind(trustedProxies: number, request: IncomingMessage): string {
  const told = request.headers['x-forwarded-for'];
  const forwarded = Array.isArray(told) ? told.join(',') : told;
  return networkOf(addressBehind(trustedProxies, request.socket.remoteAddress ?? '', forwarded));
}

/** How many connections each network has; networks without one are forgotten. */
export class Networks {
  readonly #present = new Map<string, Presence>();

  connections(network: string): number {
    return this.#present.get(network)?.connections ?? 0;
  }

  strangers(network: string): number {
    return this.#present.get(network)?.strangers ?? 0;
  }

  /** A connection was opened by a stranger. */
  came(network: string): void {
    const presence = this.#present.get(network) ?? { connections: 0, strangers: 0 };
    presence.connections += 1;
    presence.strangers += 1;
    this.#present.set(network, presence);
  }

  /** One of the strangers said who it is. */
  introduced(network: string): void {
    const presence = this.#present.get(network);
    if (presence) presence.strangers -= 1;
  }

  left(network: string, { stranger }: { readonly stranger: boolean }): void {
    const presence = this.#present.get(network);
    if (!presence) return;
    presence.connections -= 1;
    if (stranger) presence.strangers -= 1;
    if (presence.connections === 0) this.#present.delete(network);
  }
}

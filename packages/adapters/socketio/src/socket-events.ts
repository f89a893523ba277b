import type { Socket } from 'socket.io';

/** What a client sends: a name and its arguments, and the number under which it wants an answer. */
export interface ClientEvent {
  readonly data: readonly unknown[];
  readonly id?: number | undefined;
}

/** The part of Socket.io that its types keep private and for which it has no public word. */
interface Insides {
  onevent(event: ClientEvent): void;
}

/**
 * Hands over each event as it was decoded. The public ways make a function for its answer, copies of lists and further
 * turns for listeners that there are not.
 */
export function takeEvents(socket: Socket, take: (event: ClientEvent) => void): void {
  (socket as unknown as Insides).onevent = take;
}

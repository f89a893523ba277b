import { defaultLimits, type Limits } from '@sealpost/domain';
import { envelopeBytes } from '@sealpost/protocol';

const KiB = 1024;

/** Every bound of the socket transport. */
export interface SocketOptions {
  /** Where sockets connect to. */
  readonly path: string;
  /** Origins of web pages that may connect beside those of this server's own host, e.g. `https://chat.example.org`. */
  readonly allowedOrigins: readonly string[];
  /** Largest WebSocket message that is taken; a larger one closes the connection with code 1009 (RFC 6455, 7.4.1). */
  readonly maxFrameBytes: number;
  /** How long a connection may take to authenticate. */
  readonly handshakeTimeoutMs: number;
  /** How many proxies stand before the server: so many of the last addresses in `x-forwarded-for` are believed. */
  readonly trustedProxies: number;
  /** Authenticated connections of this process; more are refused `rate_limited`. */
  readonly maxConnections: number;
  /** Connections of one network to this process, authenticated or not; more are refused `rate_limited`. */
  readonly maxConnectionsPerNetwork: number;
  /** Connections that have not authenticated yet; more are not upgraded. */
  readonly maxHandshakes: number;
  /** Those of one network among them, so that none of them keeps the others out. */
  readonly maxHandshakesPerNetwork: number;
  /** What may wait to be sent to one connection before it is closed as `too_slow`. */
  readonly sendBufferBytes: number;
  /** A push with more bytes of parts is cut into frames of about this size; one entry is never cut. */
  readonly pushFrameBytes: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /** Events that a connection may send at once; more are refused `rate_limited`, and twice as many close it as `flooding`. */
  readonly eventBurst: number;
  /** Events that a connection may send for good; refused ones come on top, up to as many again. */
  readonly eventsPerSecond: number;
  /** Events of one connection that are being worked on at once. */
  readonly eventsInFlight: number;
  /** Events of all connections that are being worked on at once; more are refused `unavailable`. */
  readonly eventsInFlightInAll: number;
  /** Unknown or unanswerable events after which a connection is closed as `protocol_error`. */
  readonly maxViolations: number;
  /** Connections that are told what waits for them at the same time; the others wait their turn. */
  readonly introductionsAtOnce: number;
  /** How often tokens, buffers and leases of all connections are looked at. */
  readonly sweepMs: number;
  /** How long a closed connection may take to read why, before it is cut. */
  readonly closeGraceMs: number;
  /** How long a drain waits for events that are being worked on. */
  readonly drainMs: number;
}

/** The defaults, which follow the configured limits, with what an operator set. */
export const socketOptions = (
  given: Partial<SocketOptions> = {},
  limits: Limits = defaultLimits,
): SocketOptions => ({
  path: '/socket.io',
  allowedOrigins: [],
  maxFrameBytes: limits.messageBytes + envelopeBytes,
  handshakeTimeoutMs: 10_000,
  trustedProxies: 0,
  maxConnections: 20_000,
  maxConnectionsPerNetwork: 5_000,
  maxHandshakes: 1_000,
  maxHandshakesPerNetwork: 500,
  sendBufferBytes: 1024 * KiB,
  pushFrameBytes: 256 * KiB,
  pingIntervalMs: 25_000,
  pingTimeoutMs: 20_000,
  eventBurst: 200,
  eventsPerSecond: 50,
  eventsInFlight: 64,
  eventsInFlightInAll: 4_096,
  maxViolations: 5,
  introductionsAtOnce: 32,
  sweepMs: 1_000,
  closeGraceMs: 5_000,
  drainMs: 10_000,
  ...given,
});

import { assert } from '@sealpost/domain';

const MiB = 1024 * 1024;

/** Everything about the HTTP transport that an operator can set. */
export interface EdgeOptions {
  /** Where browsers and other clients reach the server; with `https` cookies are marked Secure. */
  readonly publicUrl: string;
  /** Origins of web clients that are served from elsewhere, e.g. `https://chat.example.org`. */
  readonly allowedOrigins: readonly string[];
  /** At least 32 bytes, the same in every process of the deployment; what protects cookies is derived from it. */
  readonly csrfSecret: Uint8Array;
  /** How many proxies stand before the server: so many of the last addresses in `x-forwarded-for` are believed. */
  readonly trustedProxies: number;
  /** Calls that are being worked on at once; more are refused `unavailable`. */
  readonly maxInFlight: number;
  /** Bytes of request bodies that are being read or worked on at once; more are refused `unavailable`. */
  readonly maxBodyBytesInFlight: number;
  /** A call that has not come in, been answered and been read after so long is cut off. */
  readonly callTimeoutMs: number;
  /** A readiness check that takes longer has failed. */
  readonly readyTimeoutMs: number;
  /** Of the server, for the reference. */
  readonly version: string;
}

type Required = Pick<EdgeOptions, 'publicUrl' | 'csrfSecret'>;

const shortestSecret = 32;

/** The defaults with what an operator set. */
export function edgeOptions(given: Required & Partial<EdgeOptions>): EdgeOptions {
  assert(given.csrfSecret.length >= shortestSecret, 'the CSRF secret has at least 32 bytes');
  return {
    allowedOrigins: [],
    trustedProxies: 0,
    maxInFlight: 512,
    maxBodyBytesInFlight: 128 * MiB,
    callTimeoutMs: 60_000,
    readyTimeoutMs: 5_000,
    version: '0.0.0',
    ...given,
  };
}

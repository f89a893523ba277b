import {
  type Clock,
  ok,
  type RandomSource,
  refuse,
  type Result,
  type Throttle,
  type UseCases,
} from '@sealpost/domain';
import {
  handshake as handshakeSchema,
  type Handshake,
  protocolVersion,
  type WireRefusal,
} from '@sealpost/protocol';
import type { ConnectionRegistry } from './connection-registry.ts';
import type { CookieCredentials } from './cookie-credentials.ts';
import { type Admitted, admittedBy, issuesOf } from '@sealpost/protocol/edge';
import { jitter } from './jitter.ts';
import type { SocketOptions } from './options.ts';
import type { Networks } from './networks.ts';
import { isAllowedOrigin } from './origin.ts';
import { reportFault } from './report-fault.ts';
import { awayMs } from './socket-connections.ts';
import type { TransportLog } from './transport-record.ts';

/** What a client presents. */
export interface Applicant {
  readonly auth: unknown;
  readonly headers: {
    readonly origin?: string | undefined;
    readonly host?: string | undefined;
    readonly cookie?: string | undefined;
  };
  /** Where it comes from. */
  readonly network: string;
}

export interface AdmissionPorts {
  readonly registry: ConnectionRegistry;
  readonly networks: Networks;
  readonly throttle: Throttle;
  readonly identifyCaller: UseCases['identifyCaller'];
  readonly cookies: CookieCredentials;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: TransportLog;
  readonly options: SocketOptions;
}

/** Decides who may connect. With a good token, and while revocations can be read, no store is asked. */
export class Admission {
  readonly #ports: AdmissionPorts;
  #closed = false;

  constructor(ports: AdmissionPorts) {
    this.#ports = ports;
  }

  /** From now on everybody is asked to come again. */
  close(): void {
    this.#closed = true;
  }

  /** Never rejects: nobody could answer for what is thrown while somebody is let in. */
  async decide(applicant: Applicant): Promise<Result<Admitted, WireRefusal>> {
    try {
      return await this.#decided(applicant);
    } catch (thrown) {
      return refuse(reportFault(thrown, 'handshake', this.#ports.log));
    }
  }

  async #decided(applicant: Applicant): Promise<Result<Admitted, WireRefusal>> {
    const early = this.#refusedUnread(applicant);
    if (early) return refuse(early);
    const seldom = await this.#ports.throttle.take('handshakesByNetwork', applicant.network);
    if (!seldom.ok) return seldom;
    const read = handshakeSchema.safeParse(applicant.auth);
    if (!read.success)
      return refuse({
        code: 'invalid_request',
        issues: issuesOf(read.error.issues, handshakeSchema, null),
      });
    const token = this.#tokenOf(read.data, applicant.headers.cookie);
    return token.ok ? admittedBy(token.value, read.data, this.#ports) : token;
  }

  #refusedUnread({ auth, headers, network }: Applicant): WireRefusal | null {
    const { networks, options, random, registry } = this.#ports;
    if (this.#closed) return { code: 'unavailable', retryAfterMs: jitter(random, ...awayMs) };
    if (!isAllowedOrigin(headers.origin, headers.host, options.allowedOrigins))
      return { code: 'csrf' };
    // Another version may have another handshake: it is looked at before the rest is read.
    const asked = (auth as { protocol?: unknown } | null | undefined)?.protocol;
    const { lowest, highest } = protocolVersion;
    if (typeof asked === 'number' && (asked < lowest || asked > highest))
      return { code: 'upgrade_required', lowest, highest };
    const hasRoom =
      registry.size < options.maxConnections &&
      networks.connections(network) <= options.maxConnectionsPerNetwork;
    if (hasRoom) return null;
    return { code: 'rate_limited', retryAfterMs: jitter(random, 1_000, 10_000) };
  }

  #tokenOf(
    { accessToken, csrfToken }: Handshake,
    cookie: string | undefined,
  ): Result<string, WireRefusal> {
    if (accessToken !== undefined) return ok(accessToken);
    if (cookie === undefined) return refuse({ code: 'unauthenticated' });
    if (csrfToken === undefined) return refuse({ code: 'csrf' });
    const token = this.#ports.cookies.fromCookies(cookie, csrfToken);
    // A refresh renews both the cookie and the CSRF token, whichever of them is the wrong one.
    return token === null ? refuse({ code: 'unauthenticated' }) : ok(token);
  }
}

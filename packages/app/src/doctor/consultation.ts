import type { IncomingMessage, RequestListener } from 'node:http';
import { addressBehind } from '@sealpost/protocol/edge';
import type { OpenedAdapter } from '../backends/backends.ts';
import type { Config } from '../config/schema.ts';
import { version } from '../version.ts';
import { type AdapterState, stateOf } from './adapter-state.ts';
import { openFilesLimit } from './machine.ts';
import type { Proof } from './proof.ts';

/** Header of a doctor's question: a text that is used once, a point, and its proof. */
export const questionHeader = 'x-sealpost-doctor';
export const consultationPaths = { health: '/doctor', address: '/doctor/address' } as const;

/** As a request arrived: by which way, and whose the server takes it to be. */
export interface SeenAddress {
  /** Whose the server takes it to be. */
  readonly client: string;
  /** Who holds the other end of the connection. */
  readonly remote: { readonly address: string; readonly port: number };
  readonly forwarded: readonly string[];
  readonly trustedProxies: number;
}

export interface Health {
  readonly version: string;
  /** `Proof.ofConfig`. */
  readonly config: string;
  readonly adapters: readonly AdapterState[];
  /** Files that the process may have open; null: not known on this system. */
  readonly openFiles: number | null;
}

export type Answer<Body> = Body & { readonly proof: string };

interface Consulted {
  readonly proof: Proof;
  readonly config: Config;
  readonly adapters: readonly OpenedAdapter[];
}

/**
 * Answers a doctor that has the deployment's secret; for everybody else there is no such path. What is told holds no
 * secret: findings, versions, and how the question itself came in.
 */
export const consulting =
  (app: RequestListener, consulted: Consulted): RequestListener =>
  (request, response) => {
    const asked = questionOf(request, consulted.proof);
    const answers =
      request.method !== 'GET' || asked === null
        ? null
        : request.url === consultationPaths.health
          ? healthOf(consulted)
          : request.url === consultationPaths.address
            ? Promise.resolve(addressOf(request, consulted.config))
            : null;
    if (answers === null || asked === null) {
      app(request, response);
      return;
    }
    void answers.then(
      (body) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          'cache-control': 'no-store',
        });
        response.end(JSON.stringify({ ...body, proof: consulted.proof.of('answer', asked) }));
      },
      () => void response.writeHead(503).end(),
    );
  };

/** What was asked by; null: not by a doctor of this deployment. */
function questionOf({ headers }: IncomingMessage, proof: Proof): string | null {
  const header = headers[questionHeader];
  const [question, given] = typeof header === 'string' ? header.split('.') : [];
  if (question === undefined || given === undefined) return null;
  return proof.holds('question', question, given) ? question : null;
}

const healthOf = async ({ proof, config, adapters }: Consulted): Promise<Health> => ({
  version,
  config: proof.ofConfig(config),
  adapters: await Promise.all(adapters.map((one) => stateOf(one))),
  openFiles: await openFilesLimit(),
});

function addressOf({ headers, socket }: IncomingMessage, { http }: Config): SeenAddress {
  const told = headers['x-forwarded-for'];
  const forwarded = Array.isArray(told) ? told.join(',') : told;
  const { remoteAddress: address = '', remotePort: port = 0 } = socket;
  return {
    client: addressBehind(http.trustedProxies, address, forwarded),
    remote: { address, port },
    forwarded: (forwarded ?? '').split(',').flatMap((one) => one.trim() || []),
    trustedProxies: http.trustedProxies,
  };
}

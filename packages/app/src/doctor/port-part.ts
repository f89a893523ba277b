import type { Config } from '../config/schema.ts';
import { warning } from '../config/check/warning.ts';
import { version } from '../version.ts';
import type { LocalServer } from './local-server.ts';
import { error, type ExaminedPart, found } from './part.ts';
import type { Proof } from './proof.ts';

/** Whether this server can listen, or does. */
export function examinePort(config: Config, local: LocalServer, proof: Proof | null): ExaminedPart {
  const part = 'port';
  const { host, port } = config;
  const at = `${host}:${port}`;
  switch (local.is) {
    case 'nobody':
      return { part, is: port === 0 ? 'any free one' : `${at} is free`, findings: [] };
    case 'no_such_address':
      return { part, is: at, findings: [noSuchAddress(at)] };
    case 'somebody':
      return { part, is: at, findings: [taken(at)] };
    case 'another_deployment':
      // Its secret is in its memory as well.
      if (proof === null && config.storage.kind === 'memory')
        return { part, is: `${at}: a server runs, and cannot be asked`, findings: [] };
      return { part, is: at, findings: [anotherDeployment(at)] };
    case 'ours':
      return { part, is: `${at}: this server runs`, findings: runningAs(config, local, proof) };
    default:
      return local satisfies never;
  }
}

const noSuchAddress = (at: string) =>
  error(
    'address_not_available',
    `${at} cannot be listened on: this machine has no such address.`,
    'Give an address of this machine as host; 0.0.0.0 is all of them.',
  );

const taken = (at: string) =>
  error(
    'port_taken',
    `${at} is in use by another program: a server does not start.`,
    'Stop that program, or choose another port (SEALPOST_PORT).',
  );

const anotherDeployment = (at: string) =>
  error(
    'port_of_another_deployment',
    `On ${at} runs a Sealpost server that has another secret, data folder or release than this configuration.`,
    'Ask with the configuration of that server, as its user; or choose another port (SEALPOST_PORT).',
  );

const runningAs = (
  config: Config,
  { health }: Extract<LocalServer, { readonly is: 'ours' }>,
  proof: Proof | null,
) =>
  found([
    health.version !== version &&
      warning(
        'server_of_another_version',
        `The server that runs is ${health.version}, and this is ${version}.`,
        'Start the server again.',
      ),
    health.version === version &&
      health.config !== proof?.ofConfig(config) &&
      warning(
        'server_configured_otherwise',
        'The server that runs was started with other settings than these: what follows is true of it, and not of them.',
        'Start the server again, or ask with its configuration.',
      ),
  ]);

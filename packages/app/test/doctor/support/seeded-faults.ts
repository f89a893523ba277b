import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Machine } from '../../../src/doctor/machine.ts';
import { selfSigned, type TestCertificate } from './certificate.ts';
import { type Deployment, secret, started, type Variables } from './deployment.ts';
import { freePort, type Listening, listening, proxyTo, type ProxyWays } from './proxy.ts';

async function until(server: Promise<Listening>): Promise<Listening> {
  const one = await server;
  onTestFinished(() => one.close());
  return one;
}

/** The deployment's settings with another proxy before it. */
export async function behind(world: Deployment, ways: ProxyWays): Promise<Variables> {
  const { url } = await until(proxyTo(() => world.server.port, ways));
  return { ...(await unserved(world)), SEALPOST_PUBLIC_URL: url };
}

/** Its settings where no server runs yet: its adapters are opened. Others of the deployment serve the public URL. */
export const unserved = async (world: Deployment, others: Variables = {}): Promise<Variables> => ({
  ...world.env,
  SEALPOST_PORT: String(await freePort()),
  ...others,
});

const changedUrl = (world: Deployment, change: (url: URL) => void): string => {
  const url = new URL(world.databaseUrl);
  change(url);
  return url.href;
};

/** As if somebody had signed it who is trusted. */
export function trusted(certificate: TestCertificate): TestCertificate {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate.cert]);
  onTestFinished(() => setDefaultCACertificates(before));
  return certificate;
}

const elsewhere = (text: string) =>
  until(listening(createServer((_, response) => void response.end(text))));

/** On a database of its own nothing is shared, so that the data folder counts. */
const onDisk = async (world: Deployment, dataFolder: string): Promise<Variables> => ({
  SEALPOST_DATA_FOLDER: dataFolder,
  SEALPOST_COOKIES__SECRET: secret,
  SEALPOST_PUBLIC_URL: world.proxy.url,
  SEALPOST_HTTP__TRUSTED_PROXIES: '1',
  SEALPOST_PORT: String(await freePort()),
});

/** An adapter from outside for hints, which opens in this way. */
export function packaged(world: Deployment, open: string): Variables {
  const path = join(world.folder, `adapter-${Math.trunc(performance.now() * 1_000)}.mjs`);
  const options = `{ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }`;
  writeFileSync(
    path,
    `export const adapter = { name: 'theirs', ports: { fanOut: 1 }, options: ${options}, open: ${open} };`,
  );
  return { SEALPOST_FAN_OUT__KIND: 'package', SEALPOST_FAN_OUT__PACKAGE: path };
}

interface Fault {
  readonly env: Variables;
  readonly machine?: Partial<Machine>;
}

type Row = readonly [
  code: string,
  severity: 'error' | 'warning',
  seed: (world: Deployment) => Promise<Fault>,
];

export const ahead = { now: () => Date.now() + 60_000, monotonic: () => performance.now() };

/** Each with the code that is found, and no other. */
export const seededFaults: readonly Row[] = [
  [
    'configuration_refused',
    'error',
    async (world) => ({ env: { ...(await unserved(world)), SEALPOST_PRT: '1' } }),
  ],
  [
    'log_verbose',
    'warning',
    async (world) => ({ env: await unserved(world, { SEALPOST_LOG__LEVEL: 'debug' }) }),
  ],
  [
    'postgres_unreachable',
    'error',
    async (world) => {
      const port = String(await freePort());
      const url = changedUrl(world, (one) => void (one.port = port));
      return { env: await unserved(world, { SEALPOST_STORAGE__URL: url }) };
    },
  ],
  [
    'postgres_login_refused',
    'error',
    async (world) => {
      const url = changedUrl(world, (one) => void (one.password = 'another'));
      return { env: await unserved(world, { SEALPOST_STORAGE__URL: url }) };
    },
  ],
  [
    'postgres_database_missing',
    'error',
    async (world) => {
      const url = changedUrl(world, (one) => void (one.pathname = 'elsewhere'));
      return { env: await unserved(world, { SEALPOST_STORAGE__URL: url }) };
    },
  ],
  [
    'postgres_read_only',
    'error',
    async (world) => {
      const only = '-c default_transaction_read_only=on';
      const url = changedUrl(world, (one) => one.searchParams.set('options', only));
      return { env: await unserved(world, { SEALPOST_STORAGE__URL: url }) };
    },
  ],
  [
    'preparation_due',
    'error',
    async (world) => ({ env: await unserved(world, { SEALPOST_STORAGE__SCHEMA: 'not_made_yet' }) }),
  ],
  [
    'redis_unreachable',
    'error',
    async (world) => {
      const urls = `redis://127.0.0.1:${await freePort()}`;
      return {
        env: await unserved(world, { SEALPOST_FAN_OUT__KIND: 'redis', SEALPOST_REDIS__URLS: urls }),
      };
    },
  ],
  [
    'websocket_blocked',
    'error',
    async (world) => ({ env: await behind(world, { passesUpgrades: false }) }),
  ],
  [
    'client_address_forged',
    'error',
    async (world) => ({ env: await behind(world, { tellsAddress: false }) }),
  ],
  [
    'client_address_hidden',
    'error',
    async (world) => {
      const { port } = await until(proxyTo(() => world.server.port));
      const { url } = await until(proxyTo(() => port));
      return { env: await unserved(world, { SEALPOST_PUBLIC_URL: url }) };
    },
  ],
  [
    'client_address_untold',
    'error',
    async (world) => {
      const server = await started(world.env, { http: { trustedProxies: 0 } });
      onTestFinished(() => server.stop());
      const { url } = await until(proxyTo(() => server.port, { tellsAddress: false }));
      return { env: await unserved(world, { SEALPOST_PUBLIC_URL: url }) };
    },
  ],
  [
    'clock_skewed_here',
    'warning',
    async (world) => ({
      env: await behind(world, { date: new Date(Date.now() - 60_000).toUTCString() }),
    }),
  ],
  [
    'public_url_of_something_else',
    'error',
    async (world) => ({
      env: await unserved(world, { SEALPOST_PUBLIC_URL: (await elsewhere('hello')).url }),
    }),
  ],
  [
    'public_url_of_another_deployment',
    'error',
    async (world) => {
      const server = await started(
        { SEALPOST_COOKIES__SECRET: `another-${secret}` },
        {
          profile: 'memory',
          storage: { kind: 'memory' },
        },
      );
      onTestFinished(() => server.stop());
      return { env: await unserved(world, { SEALPOST_PUBLIC_URL: server.url }) };
    },
  ],
  [
    'public_url_unreachable',
    'error',
    async (world) => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const server = await started({ ...world.env, SEALPOST_PUBLIC_URL: url });
      onTestFinished(() => server.stop());
      return {
        env: { ...world.env, SEALPOST_PORT: String(server.port), SEALPOST_PUBLIC_URL: url },
      };
    },
  ],
  [
    'proxy_reaches_no_server',
    'warning',
    async (world) => {
      const port = await freePort();
      const { url } = await until(proxyTo(() => port));
      return { env: await unserved(world, { SEALPOST_PUBLIC_URL: url }) };
    },
  ],
  [
    'tls_certificate_refused',
    'error',
    async (world) => ({ env: await behind(world, { certificate: selfSigned(90) }) }),
  ],
  [
    'tls_certificate_refused',
    'error',
    async (world) => ({ env: await behind(world, { certificate: trusted(selfSigned(1)) }) }),
  ],
  [
    'tls_certificate_ends',
    'warning',
    async (world) => ({ env: await behind(world, { certificate: trusted(selfSigned(10)) }) }),
  ],
  [
    'port_taken',
    'error',
    async (world) => {
      const { port } = await elsewhere('hello');
      return { env: { ...world.env, SEALPOST_PORT: String(port) } };
    },
  ],
  [
    'port_taken',
    'error',
    async (world) => {
      const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
      await new Promise((resolve) => silent.once('listening', resolve));
      onTestFinished(() => void silent.close());
      const { port } = silent.address() as { readonly port: number };
      return { env: { ...world.env, SEALPOST_PORT: String(port) } };
    },
  ],
  [
    'port_of_another_deployment',
    'error',
    async (world) => {
      const server = await started(
        { SEALPOST_COOKIES__SECRET: `another-${secret}` },
        {
          profile: 'memory',
          storage: { kind: 'memory' },
        },
      );
      onTestFinished(() => server.stop());
      return { env: { ...world.env, SEALPOST_PORT: String(server.port) } };
    },
  ],
  [
    'address_not_available',
    'error',
    async (world) => ({ env: await unserved(world, { SEALPOST_HOST: '192.0.2.1' }) }),
  ],
  [
    'server_configured_otherwise',
    'warning',
    (world) => Promise.resolve({ env: { ...world.env, SEALPOST_DRAIN_MS: '1' } }),
  ],
  [
    'data_folder_is_a_file',
    'error',
    async (world) => {
      const file = join(world.folder, 'a-file');
      writeFileSync(file, '');
      chmodSync(file, 0o600);
      return { env: await onDisk(world, file) };
    },
  ],
  [
    'data_folder_not_writable',
    'error',
    async (world) => {
      const circle = join(world.folder, 'circle');
      symlinkSync(circle, circle);
      return { env: await onDisk(world, circle) };
    },
  ],
  [
    'disk_full',
    'error',
    async (world) => ({
      env: await onDisk(world, join(world.folder, 'data')),
      machine: { roomAt: () => Promise.resolve(2 ** 20) },
    }),
  ],
  [
    'disk_nearly_full',
    'warning',
    async (world) => ({
      env: await onDisk(world, join(world.folder, 'data')),
      machine: { roomAt: () => Promise.resolve(2 ** 30) },
    }),
  ],
  [
    'open_files_few',
    'warning',
    async (world) => ({
      env: await unserved(world),
      machine: { openFiles: () => Promise.resolve(1_024) },
    }),
  ],
  [
    'memory_too_small',
    'warning',
    async (world) => ({
      env: await unserved(world),
      machine: { memory: () => ({ all: 2 ** 28, free: 2 ** 27 }) },
    }),
  ],
  [
    'memory_low',
    'warning',
    async (world) => ({
      env: await unserved(world),
      machine: { memory: () => ({ all: 2 ** 33, free: 2 ** 25 }) },
    }),
  ],
];

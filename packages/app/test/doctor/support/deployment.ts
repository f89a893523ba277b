import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateDatabase } from '../../../src/commands/migrate.ts';
import { runPostgres } from '../../../src/commands/run-postgres.ts';
import { configFrom, type RunningServer, startServer } from '../../../src/index.ts';
import { type Listening, proxyTo } from './proxy.ts';

export type Variables = Readonly<Record<string, string>>;

/** A server on a PostgreSQL that is durable, behind one proxy: nothing is wrong with it. */
export interface Deployment {
  readonly folder: string;
  readonly server: { readonly port: number };
  readonly proxy: Listening;
  readonly databaseUrl: string;
  /** Its settings. */
  readonly env: Variables;
  stop(): Promise<void>;
}

export const secret = 'kM3vX9q2LwR7tB4nZ8sD6fH1jC5gP0yA';
const silent = (): void => undefined;

/** A further server, of the same settings but for these. */
export const started = async (
  env: Variables,
  others: object = {},
): Promise<RunningServer & { readonly port: number }> => {
  const config = configFrom({
    profile: 'postgres',
    storage: { kind: 'postgres', url: env['SEALPOST_STORAGE__URL'] ?? '' },
    cookies: { secret: env['SEALPOST_COOKIES__SECRET'] ?? null },
    publicUrl: env['SEALPOST_PUBLIC_URL'] ?? null,
    http: { trustedProxies: 1 },
    sockets: { maxConnections: 100, maxConnectionsPerNetwork: 100 },
    port: 0,
    ...others,
  });
  const server = await startServer(config, silent);
  return { ...server, port: Number(new URL(server.url).port) };
};

export async function deployment(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-doctor-'));
  chmodSync(folder, 0o755);
  const postgres = await runPostgres(join(folder, 'database'));
  // The proxy is there first, since its address is one of the settings.
  let port = 0;
  const proxy = await proxyTo(() => port);
  const env: Variables = {
    SEALPOST_PROFILE: 'postgres',
    SEALPOST_STORAGE__URL: postgres.url,
    SEALPOST_COOKIES__SECRET: secret,
    SEALPOST_PUBLIC_URL: proxy.url,
    SEALPOST_HTTP__TRUSTED_PROXIES: '1',
    SEALPOST_SOCKETS__MAX_CONNECTIONS: '100',
    SEALPOST_SOCKETS__MAX_CONNECTIONS_PER_NETWORK: '100',
  };
  await migrateDatabase(
    configFrom({
      profile: 'postgres',
      storage: { kind: 'postgres', url: postgres.url },
      cookies: { secret },
    }),
  );
  const server = await started(env);
  port = server.port;
  return {
    folder,
    server,
    proxy,
    databaseUrl: postgres.url,
    env: { ...env, SEALPOST_PORT: String(port) },
    stop: async () => {
      await proxy.close();
      await server.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

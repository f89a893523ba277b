import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { freePort, needs, type OwnRedisPart, ownRedisPart } from '@sealpost/testing/parts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificate, certificateKey } from './support/certificate.ts';
import { areWell } from './support/pair.ts';
import { aPrefix, RedisProcess } from './support/redis-process.ts';

describe('Redis by TLS', needs('ownRedis'), () => {
  let redis: OwnRedisPart;
  let folder = '';
  let url = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealpost-tls-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await writeFile(cert, certificate);
    await writeFile(key, certificateKey);
    const port = await freePort();
    redis = await ownRedisPart({
      'tls-port': String(port),
      'tls-cert-file': cert,
      'tls-key-file': key,
      'tls-ca-cert-file': cert,
      'tls-auth-clients': 'no',
    });
    url = `rediss://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    await redis.stop();
    await rm(folder, { recursive: true });
  });

  it('is not used with a certificate that nobody vouches for', async () => {
    const { parts } = new RedisProcess({ urls: [url] });
    expect(await parts.health()).toEqual({ answers: false, listens: false });
    expect((await parts.examine())[0]?.problem).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    await parts.stop();
  });

  it('serves everything once its certificate is vouched for', async () => {
    setDefaultCACertificates([...getCACertificates('default'), certificate]);
    const process = new RedisProcess({ urls: [url], prefix: aPrefix() });
    await process.listen();
    await areWell(process, process);
    expect(await process.parts.examine()).toEqual([]);
    await process.parts.stop();
  });
});

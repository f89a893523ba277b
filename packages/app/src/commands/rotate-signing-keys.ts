import { JoseAccessTokens } from '@sealpost/adapter-jose';
import { SystemClock, SystemRandom } from '@sealpost/adapter-system';
import type { Config } from '../config/schema.ts';
import { withStores } from './open-stores.ts';

/**
 * Has a fresh key sign access tokens from now on; tokens of the earlier one are taken until they end. Servers that run on
 * the same database notice within half a minute.
 */
export const rotateSigningKeys = (config: Config): Promise<void> =>
  withStores(config, async ({ stores }) => {
    const clock = new SystemClock();
    const tokens = new JoseAccessTokens({
      store: stores.signingKeys,
      clock,
      random: new SystemRandom(),
      accessTokenMs: config.limits.accessTokenMs,
      rotateAfterMs: config.signingKeys.rotateAfterMs,
    });
    await tokens.rotate(clock.now());
  });
